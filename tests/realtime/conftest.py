"""One real server for all socket tests of a module, and families of their own for tests that change them."""

import asyncio
import contextlib
import json
from types import SimpleNamespace

import pytest
import uvicorn

from realtime import services
from tests.realtime import stage
from tests.server import free_port, running


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A started server with an empty database."""
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="module")
def supply(server):
    """Households that were made together, because making one at a time starts a process each."""
    waiting = []

    def next_one():
        if not waiting:
            waiting.extend(server.call("tests.realtime.stage:households", count=8))
        return waiting.pop()

    return next_one


@pytest.fixture
def home(supply):
    """Alice, Bob and Carla of one family, with two conversations; nobody else uses them."""
    return supply()


@pytest.fixture(scope="module")
def common(supply):
    """A household for tests that leave it as it is."""
    return supply()


@pytest.fixture
def household(transactional_db):
    """A household in the database of this process, for `inside`."""
    return json.loads(json.dumps(stage.household(), default=str))


@pytest.fixture
async def inside(transactional_db, settings):
    """The real server on a real port, but in this process: what it holds can be seen."""
    from prifora.asgi import application

    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    settings.ORIGINS = [origin]
    options = {"port": port, "lifespan": "off", "log_level": "warning", "ws_max_size": 262144}
    options["ws"] = "prifora.wire:Wire"
    server = uvicorn.Server(
        uvicorn.Config(application, timeout_graceful_shutdown=1, log_config=None, **options)
    )
    server.capture_signals = contextlib.nullcontext
    serving = asyncio.get_running_loop().create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  it has no event for this
        await asyncio.sleep(0.01)
    path = services.path()
    yield SimpleNamespace(origin=origin, path=path, hub=path.hub)
    server.should_exit = True
    await serving
    await services.stop_path()
