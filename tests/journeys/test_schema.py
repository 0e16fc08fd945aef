"""The API keeps what schema/openapi.yaml promises, whatever is sent: fuzzed with the description itself.

Half of the requests name things that exist, and half of the bodies are good but for one part, so that the
fuzzer gets behind the first door. The seed is printed; PRIFORA_SEED repeats a run.
"""

import os
import random
import re
from contextlib import contextmanager
from urllib.parse import parse_qsl

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, strategies
from hypothesis import settings as effort
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from tests.journeys import matrix_scene
from tests.journeys.matrix_bodies import BODIES, body_for, headers_for, media_type_of
from tests.journeys.matrix_table import QUERIES
from tests.media.uploading import PIECE
from tests.server import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.long]
EXAMPLES = int(os.environ.get("PRIFORA_FUZZ", "10"))
"""How many requests for each operation, actor and kind of data."""

SEED = int(os.environ.get("PRIFORA_SEED", random.SystemRandom().randrange(2**32)))
ACTORS = ("anonymous", "user", "station")
TOKEN = "t" * CSRF_SECRET_LENGTH
KEPT = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
REFUSED = [*KEPT, checks.negative_data_rejection]

written = yaml.safe_load((ROOT / "schema" / "openapi.yaml").read_text())
BREAKABLE = set()
for path, methods in written["paths"].items():
    for method, operation in methods.items():
        operation.pop("security", None)  # who is signed in is for the matrix
        if (
            "parameters" in operation
            or "application/json" in operation.get("requestBody", {"content": {}})["content"]
        ):
            BREAKABLE.add(f"{method.upper()} {path}")


@schemathesis.serializer(PIECE)
def whole_bytes(_context, value):
    """What an upload takes is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


REJECTED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429"]
"""How what breaks the description may be turned down; 412 is tus for another version of it."""

strict = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REJECTED}}}
)
description = schemathesis.openapi.from_dict(written, config=strict)
description.app = get_wsgi_application()
OPERATIONS = {one.ok().label: one.ok() for one in description.get_all_operations()}


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    print(f"PRIFORA_SEED={SEED}")
    with (
        override_settings(ALLOWED_HOSTS=["localhost", "testserver"]),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        built = matrix_scene.build()
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)  # one connection, so that everything can be undone
        yield built
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def undone():
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def aim(case, scene, actor, data) -> None:
    """Name things that exist, and take a good body with only some of the parts that were made up."""
    if data.draw(strategies.booleans()):
        known = {name: value for name, value in scene.ids.items() if name in case.path_parameters}
        case.path_parameters.update(known)
    operation = f"{case.operation.method.upper()} {case.operation.path.removeprefix('/api/v1')}"
    if operation in BODIES and isinstance(case.body, dict) and data.draw(strategies.booleans()):
        good = body_for(operation, scene, actor)
        changed = data.draw(strategies.sets(strategies.sampled_from(sorted(good)), max_size=1))
        case.body = {**good, **{name: case.body[name] for name in changed if name in case.body}}


def query_of(operation, ids) -> dict[str, str]:
    """What a good request for an operation asks in its address."""
    return dict(parse_qsl(QUERIES.get(operation, "").removeprefix("?").format(**ids)))


def send(case, scene, actor):
    cookies = {settings.CSRF_COOKIE_NAME: TOKEN}
    if actor in scene.sessions:
        cookies[settings.SESSION_COOKIE_NAME] = scene.sessions[actor]
    return case.call(cookies=cookies, headers={"X-CSRFToken": TOKEN})


@pytest.mark.parametrize("actor", ACTORS)
class TestTheDescription:
    @pytest.mark.parametrize("label", sorted(OPERATIONS))
    def test_holds_for_requests_as_described(self, scene, label, actor):
        @fuzzed
        @given(case=OPERATIONS[label].as_strategy(GenerationMode.POSITIVE), data=strategies.data())
        def holds(case, data):
            aim(case, scene, actor, data)
            with undone():
                case.validate_response(send(case, scene, actor), checks=KEPT)

        holds()

    @pytest.mark.parametrize("label", sorted(OPERATIONS))
    def test_holds_for_a_good_request(self, scene, label, actor):
        operation = f"{OPERATIONS[label].method.upper()} {OPERATIONS[label].path.removeprefix('/api/v1')}"
        with undone():
            body = body_for(operation, scene, actor)
            case = OPERATIONS[label].Case(
                path_parameters={name: scene.ids[name] for name in re.findall(r"{(\w+)}", label)},
                query=query_of(operation, scene.ids),
                headers=headers_for(operation, scene.ids),
                **({} if body is None else {"body": body, "media_type": media_type_of(operation, body)}),
            )
            case.validate_response(send(case, scene, actor), checks=KEPT)

    @pytest.mark.parametrize("label", sorted(BREAKABLE))
    def test_holds_for_requests_that_break_it(self, scene, label, actor):
        @fuzzed
        @given(case=OPERATIONS[label].as_strategy(GenerationMode.NEGATIVE))
        def holds(case):
            with undone():
                case.validate_response(send(case, scene, actor), checks=REFUSED)

        holds()


def fuzzed(test):
    """Run a test with made-up data, a bounded number of times, repeatable by its seed."""
    bounded = effort(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return seed(SEED)(bounded(test))
