"""The Message Center: what the platform tells a person, and the mail that says that something is there."""
