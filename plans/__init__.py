"""What a family has paid for, and who cannot be found by it."""
