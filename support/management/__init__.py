"""Commands for staff and for one's own machine."""
