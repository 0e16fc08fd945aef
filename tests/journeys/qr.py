"""Reads a QR code as the app draws it: an SVG of squares, byte mode, one block (up to version 5)."""

import re

SQUARE = re.compile(r"M(\d+) (\d+)h")
MASKS = (
    lambda row, column: (row + column) % 2,
    lambda row, column: row % 2,
    lambda row, column: column % 3,
    lambda row, column: (row + column) % 3,
    lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
)


def read(picture) -> str:
    """Return the text in a QR code; `picture` is where the page has its svg."""
    border = 1
    size = int(picture.get_attribute("viewBox").split()[2]) - 2 * border
    drawn = SQUARE.findall(picture.locator("path").get_attribute("d"))
    dark = {(int(y) - border, int(x) - border) for x, y in drawn}
    mask = MASKS[int("".join(str(int((8, column) in dark)) for column in (2, 3, 4)), 2) ^ 0b101]
    bits = "".join(str(int((place in dark) != (mask(*place) == 0))) for place in _places(size))
    assert bits[:4] == "0100", "bytes"
    length = int(bits[4:12], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def _places(size: int):
    """Where the data lies: two columns at a time from the right, up and down by turns."""
    for turn, right in enumerate([*range(size - 1, 6, -2), *range(5, 0, -2)]):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for row in rows:
            yield from ((row, column) for column in (right, right - 1) if not _is_drawn(size, row, column))


def _is_drawn(size: int, row: int, column: int) -> bool:
    """Say whether a square belongs to the frame every code has."""
    corner = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    small_eye = size > 21 and abs(row - size + 7) <= 2 and abs(column - size + 7) <= 2
    return corner or small_eye or 6 in (row, column)
