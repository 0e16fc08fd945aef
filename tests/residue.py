"""Looks for planted texts in everything a server keeps: files, database, process memory; decoded in every usual way."""

import base64
import gzip
import re
import zlib
from pathlib import Path

B64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
ESCAPED = re.compile(rb"\\\\x([0-9a-f]+)")
SEGMENT_MAX = 64 * 1024**2


def forms(text: str) -> set[bytes]:
    """Every usual way a text is written down."""
    plain = text.encode()
    written = {plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode()}
    written |= {
        plain.upper(),
        plain.lower(),
        text.encode("unicode_escape"),
        text.replace(" ", "%20").encode(),
    }
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            written.add(encode(b"\0" * shift + plain)[4 if shift else 0 : -4])
    return {one for one in written if len(one) > 8}


def unpacked(data: bytes):
    """The data and what is packed inside it."""
    yield data
    for found in B64.findall(data):
        padded = found.rstrip(b"=") + b"=" * (-len(found.rstrip(b"=")) % 4)
        try:
            yield base64.urlsafe_b64decode(padded.replace(b"+", b"-").replace(b"/", b"_"))
        except ValueError:
            continue
    for found in HEX.findall(data):
        yield bytes.fromhex(found.decode())
    for start in (b"\x1f\x8b", b"\x78\x9c"):
        at = data.find(start)
        while at >= 0:
            try:
                yield (
                    gzip.decompress(data[at:])
                    if start[0] == 0x1F
                    else zlib.decompressobj().decompress(data[at:])
                )
            except (OSError, EOFError, zlib.error):
                pass
            at = data.find(start, at + 1)


def files_of(server):
    for file in Path(server.folder).rglob("*"):
        if file.is_file():
            yield str(file.relative_to(server.folder)), file.read_bytes()


def database_of(server):
    """Everything PostgreSQL keeps when it is the database: rows, the pages they lie on, and the WAL since then."""
    url = server.env["DATABASE_URL"]
    if not url.startswith("postgres"):
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        yield from _rows(connection)
        yield from _pages(connection)
        yield from _write_ahead_log(connection, server.started_at)


def _rows(connection):
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    for (table,) in tables:
        with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
            yield f"table {table}", ESCAPED.sub(lambda m: bytes.fromhex(m[1].decode()), b"".join(copy))


def _pages(connection):
    files = connection.execute(
        "SELECT relname, pg_relation_filepath(oid) FROM pg_class"
        " WHERE relnamespace <> 'pg_catalog'::regnamespace AND relkind IN ('r', 'i', 't', 'S')"
    ).fetchall()
    for name, path in files:
        (data,) = connection.execute("SELECT pg_read_binary_file(%s)", [path]).fetchone()
        yield f"pages of {name}", bytes(data)


def _write_ahead_log(connection, since):
    """Every segment; one that gets another name meanwhile, to be written over, is read under that."""
    read = set()
    while names := _segments(connection, since) - read:
        for name in names:
            (data,) = connection.execute(
                "SELECT pg_read_binary_file(%s, 0, %s, true)", [f"pg_wal/{name}", SEGMENT_MAX]
            ).fetchone()
            yield f"WAL {name}", bytes(data or b"")
        read |= names


def _segments(connection, since):
    rows = connection.execute(
        "SELECT name FROM pg_ls_waldir() WHERE modification >= to_timestamp(%s)", [since]
    ).fetchall()
    return {name for (name,) in rows}


def redis_of(server):
    url = server.env["REDIS_URL"]
    if url:
        import redis

        client = redis.from_url(url)
        for key in client.scan_iter():
            yield f"redis {key!r}", key + (client.dump(key) or b"")


def memory_of(process_id: int):
    """Every writable region of a process (Linux)."""
    maps = Path(f"/proc/{process_id}/maps")
    if not maps.exists():
        return
    with Path(f"/proc/{process_id}/mem").open("rb", buffering=0) as memory:
        for line in maps.read_text().splitlines():
            place, rights = line.split()[:2]
            start, end = (int(part, 16) for part in place.split("-"))
            if not rights.startswith("rw") or end - start > 1 << 30:
                continue
            try:
                memory.seek(start)
                yield f"memory {place}", memory.read(end - start)
            except (OSError, ValueError):
                continue


def stored(server):
    """Everything the server keeps: files with database, WAL and logs; PostgreSQL's tables; Redis."""
    for source in (files_of(server), database_of(server), redis_of(server)):
        yield from source


def find_stored(server, canaries: list[str], *, leave_out: tuple[str, ...] = ()) -> list[str]:
    """Return where any of the texts is kept, in any form; `leave_out` names folders of the outside world."""
    wanted = {one: forms(one) for one in canaries}
    return [
        f"{one!r} in {place}"
        for place, data in stored(server)
        if not place.startswith(leave_out)
        for part in unpacked(data)
        for one, ways in wanted.items()
        if any(way in part for way in ways)
    ]


def find_in_memory(server, canaries: list[str]) -> list[str]:
    """Return which of the texts the server process holds in memory, in any form (Linux)."""
    wanted = {one: forms(one) for one in canaries}
    return [
        f"{one!r} in {place}"
        for place, data in memory_of(server.process.pid)
        for one, ways in wanted.items()
        if any(way in data for way in ways)
    ]
