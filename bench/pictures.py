"""Pictures that all differ, with the thumbnails the app makes: `python -m bench.pictures FOLDER NUMBER`."""

import os
import sys
from pathlib import Path

from PIL import Image

SIZE, THUMB = (640, 480), 320
GRAIN = (32, 24)
"""Coarse noise, blown up: about as hard to compress as a photograph."""


def draw(folder: Path, number: int) -> None:
    """Write 1.webp and 1.thumb.webp, and so on."""
    for name in range(1, number + 1):
        picture = Image.frombytes("RGB", GRAIN, os.urandom(GRAIN[0] * GRAIN[1] * 3)).resize(SIZE)
        picture.save(folder / f"{name}.webp", quality=80)
        picture.thumbnail((THUMB, THUMB))
        picture.save(folder / f"{name}.thumb.webp", quality=75)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), int(sys.argv[2]))
