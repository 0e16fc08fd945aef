"""Home Stations: pairing, health, unpairing."""
