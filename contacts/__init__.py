"""Families: who knows whom, by whose invitation."""
