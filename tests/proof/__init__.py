"""Proves that nothing is left of somebody who is erased: ./run prove-erasure (docs/testing.md)."""
