"""Fetch uv where Python has no pip (Debian's bare python3): its wheel from PyPI, checked by hash."""

import hashlib
import io
import json
import platform
import re
import sys
import urllib.request
import zipfile
from pathlib import Path

INDEX = "https://pypi.org/simple/uv/"
TIMEOUT_SECONDS = 180


def fetch_uv(folder: Path, requirements: Path) -> None:
    """Put uv into `folder`/bin. Only a wheel whose SHA-256 stands in `requirements` is taken."""
    text = requirements.read_text(encoding="utf-8")
    version = re.search(r"uv==([\d.]+)", text)
    wanted = set(re.findall(r"sha256:([0-9a-f]{64})", text))
    if not version:
        sys.exit(f"{requirements.name} names no version of uv")
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    listing = json.loads(_read(urllib.request.Request(INDEX, headers=accept)))
    for file in listing["files"]:
        is_ours = file["filename"].startswith(f"uv-{version[1]}-") and file["hashes"].get("sha256") in wanted
        if is_ours and _fits(file["filename"]):
            _unpack(_read(urllib.request.Request(file["url"])), wanted, folder)
            return
    sys.exit(
        f"There is no uv {version[1]} for this machine ({platform.machine()}); install pip and try again."
    )


def _read(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        return answer.read()


def _fits(name: str) -> bool:
    """Return whether a wheel is for this system and processor."""
    machine = {"AMD64": "amd64", "arm64": "arm64"}.get(platform.machine(), platform.machine())
    system = {"darwin": "macosx", "win32": "win"}.get(sys.platform, "manylinux")
    libc = platform.libc_ver()[0] if system == "manylinux" else ""
    return name.endswith(f"{machine}.whl") and (
        system in name if libc or system != "manylinux" else "musl" in name
    )


def _unpack(wheel: bytes, wanted: set[str], folder: Path) -> None:
    if hashlib.sha256(wheel).hexdigest() not in wanted:
        sys.exit("The file that came is not the one we asked for; nothing was installed.")
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as packed:
        for name in packed.namelist():
            if re.search(r"\.data/scripts/uv(\.exe)?$", name):
                target = folder / "bin" / name.rsplit("/", 1)[1]
                target.write_bytes(packed.read(name))
                target.chmod(0o755)
