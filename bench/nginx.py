"""nginx beside the server: it takes and gives the same bytes on the same machine, and checks nothing."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.album import PATIENCE_SECONDS, Part, answer_to, read_away
from tools.bench import HOME
from tools.steps import say

PLACE = HOME / "nginx"
START_TRIES, START_TRY_SECONDS = 100, 0.1
SETTINGS = """
worker_processes 1;
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    default_type application/octet-stream;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/kept;
        {dav}
    }}
}}
"""


def program() -> str | None:
    """Return nginx: the one on PATH, else Debian's package, unpacked into this folder and not installed."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found or _unpacked()


class Nginx:
    """An nginx that runs: it has one file, and takes another."""

    def __init__(self, port: int, *, takes: bool) -> None:
        self.port, self.takes = port, takes
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def put(self, part: Part) -> None:
        """Send all the bytes of a part in one request."""
        whole = part.pieces[0].obj
        answer_to(self.connection, 201, "PUT", "/sent", memoryview(whole), {}).read()

    def remove(self) -> None:
        """Delete what was put."""
        answer_to(self.connection, 204, "DELETE", "/sent", b"", {}).read()

    def get(self) -> int:
        """Fetch what is kept; return how many bytes came."""
        return read_away(answer_to(self.connection, 200, "GET", "/part", b"", {}))


@contextmanager
def running(part: Part) -> Iterator[Nginx | None]:
    """Run nginx with the bytes of a part as its file; None where there is none on this machine."""
    nginx = program()
    if nginx is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="prifora-nginx-") as name:
        folder = Path(name)
        (folder / "kept").mkdir()
        (folder / "kept" / "part").write_bytes(memoryview(part.pieces[0].obj))
        for dav in ("dav_methods PUT DELETE;", ""):
            port = _write_settings(folder, dav)
            command = [nginx, "-c", str(folder / "nginx.conf"), "-p", name, "-e", str(folder / "error.log")]
            if subprocess.run([*command, "-t", "-q"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
                break
        process = subprocess.Popen(command)
        try:
            _until_it_listens(process, port, folder / "error.log")
            yield Nginx(port, takes=bool(dav))
        finally:
            process.terminate()
            process.wait()


def _write_settings(folder: Path, dav: str) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    settings = SETTINGS.format(folder=folder, port=port, dav=dav, user=user)
    (folder / "nginx.conf").write_text(settings, encoding="utf-8")
    return port


def _until_it_listens(process: "subprocess.Popen[bytes]", port: int, errors: Path) -> None:
    for _ in range(START_TRIES):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(START_TRY_SECONDS)
    sys.exit(f"nginx does not start. {errors.read_text(encoding='utf-8') if errors.exists() else ''}")


def _unpacked() -> str | None:
    """Fetch Debian's nginx through apt, which checks its signature; None where that is not to be had."""
    there = PLACE / "usr" / "sbin" / "nginx"
    if there.exists():
        return str(there)
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    with tempfile.TemporaryDirectory(prefix="prifora-deb-") as name:
        fetch = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=", "nginx"]
        if subprocess.run(fetch, cwd=name, capture_output=True, check=False).returncode:
            return None
        for package in Path(name).glob("nginx_*.deb"):
            say(f"  … {package.name}")
            subprocess.run(["dpkg-deb", "-x", str(package), str(PLACE)], check=True)
    return str(there) if there.exists() else None
