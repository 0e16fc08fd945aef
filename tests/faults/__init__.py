"""The faults of docs/faults.md: each file does one to the running system and says what came of it."""
