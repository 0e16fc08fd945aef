"""Coming back with the help of relatives, for who lost every device."""
