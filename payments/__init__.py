"""Payments: money that comes in and goes back, through a provider on whose pages people pay."""
