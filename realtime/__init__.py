"""The one socket per device, and the message path behind it."""
