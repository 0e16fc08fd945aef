"""People without an account who write to us, and the answers."""
