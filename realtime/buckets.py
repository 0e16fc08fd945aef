"""How fast one device may talk: a bucket that fills at a steady rate."""

import asyncio
import time


class Bucket:
    """Lets `size` through at once and `rate` a second after that; the rest wait, which slows reading down."""

    def __init__(self, *, rate: float, size: int) -> None:
        self.rate, self.size = rate, size
        self.left, self.at = float(size), time.monotonic()

    async def take(self) -> None:
        """Wait until one more may go."""
        now = time.monotonic()
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        self.left -= 1
        if self.left < 0:
            await asyncio.sleep(-self.left / self.rate)
