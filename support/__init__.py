"""Staff: what they may see, and the record of every look."""
