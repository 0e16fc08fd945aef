"""What lies in a browser's databases (LevelDB tables, values packed by snappy), unpacked, to search in it."""

FOOTER = 48
MAGIC = bytes.fromhex("57fb808b247547db")
PACKED_VALUE = b"\xff\x11\x02"
"""Chromium writes this before a large value that it packed."""


def unpacked(name: str, data: bytes):
    """Yield a file as it is, and what is packed in it."""
    yield data
    if name.endswith(".ldb") and data.endswith(MAGIC):
        yield from _blocks(data)
    at = data.find(PACKED_VALUE)
    while at >= 0:
        yield _opened(data[at + len(PACKED_VALUE) :])
        at = data.find(PACKED_VALUE, at + 1)


def unsnappy(packed: bytes) -> bytes:
    """Undo snappy; of something that is not snappy, whatever came out until then."""
    length, at = _varint(packed, 0)
    out = bytearray()
    while at < len(packed) and len(out) < length:
        tag = packed[at]
        at += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:
                more = size - 59
                size = int.from_bytes(packed[at : at + more], "little")
                at += more
            out += packed[at : at + size + 1]
            at += size + 1
            continue
        size, back, at = _copy(packed, tag, at)
        if not 0 < back <= len(out):
            break
        for _ in range(size):
            out.append(out[-back])
    return bytes(out)


def _copy(packed: bytes, tag: int, at: int) -> tuple[int, int, int]:
    """Return how much is copied from how far back, and where reading goes on."""
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5 << 8) | packed[at], at + 1
    width = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(packed[at : at + width], "little"), at + width


def _opened(packed: bytes) -> bytes:
    try:
        return unsnappy(packed)
    except IndexError:
        return b""


def _blocks(data: bytes):
    """Yield every block of data of a table, by its index."""
    footer = data[-FOOTER:]
    _, at = _handle(footer, 0)
    place, _ = _handle(footer, at)
    index, at = _block(data, place), 0
    end = len(index) - 4 - 4 * int.from_bytes(index[-4:], "little")
    while at < end:
        _shared, at = _varint(index, at)
        key, at = _varint(index, at)
        value, at = _varint(index, at)
        place, _ = _handle(index, at + key)
        yield _block(data, place)
        at += key + value


def _block(data: bytes, place: tuple[int, int]) -> bytes:
    offset, size = place
    content = data[offset : offset + size]
    return _opened(content) if data[offset + size] == 1 else content


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return (offset, size), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
