"""Sealed conversations: the delivery service for MLS."""
