"""What is done with figures. Each function is one use case."""

from figures.services.closing import close_periods

__all__ = ["close_periods"]
