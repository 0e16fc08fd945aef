"""A store of its own for every test, and an S3 server where one is asked for."""

import pytest

from tests.media.albums import made
from tests.media.s3 import KEY, SECRET, s3_server


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def alices(as_, alice, family):
    """A client of Alice, who has a family."""
    return as_(alice)


@pytest.fixture
def album(as_, alice, bob, family):
    """An album of Alice that Bob may add to."""
    return made(as_(alice), family, alice, contributors=[bob])


@pytest.fixture(scope="session")
def bucket():
    """Address and client of a bucket on a real S3 server."""
    with s3_server() as started:
        yield started


@pytest.fixture
def on_s3(bucket, settings):
    """Keep sealed bytes in the bucket; return a client to look into it with."""
    settings.STORE_URL, client = bucket
    settings.STORE_KEY, settings.STORE_SECRET = KEY, SECRET
    return client


@pytest.fixture
def code_of():
    """Return the stable code of a refused request."""
    return lambda reply: (reply.status_code, reply.json()["errors"][0]["code"])


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and what follows its commit."""

    def run(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return run
