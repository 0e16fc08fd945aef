"""What is done with figures. Each function is one use case."""

from figures.services.closing import close_periods
from figures.services.telling import forget_uses, take_back_uses, tell_use

__all__ = ["close_periods", "forget_uses", "take_back_uses", "tell_use"]
