"""Who can sign in, with which devices and keys."""
