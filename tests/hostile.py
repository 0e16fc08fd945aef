"""What broken or hostile programs send: bodies and values that no endpoint may take or fall over."""

import json

from tests.cast import b64

MEGABYTE = 1024 * 1024

BODIES = {
    "not json": (b"{", "application/json", 400),
    "nothing": (b"", "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "null": (b"null", "application/json", 400),
    "text": (b'"x"', "application/json", 400),
    "a number": (b"5", "application/json", 400),
    "not a number": (b'{"id": NaN}', "application/json", 400),
    "not utf-8": (b'{"id": "\xff\xfe"}', "application/json", 400),
    "deep lists": (b"[" * 200_000, "application/json", 400),
    "deep objects": (b'{"id":' * 200_000, "application/json", 400),
    "endless digits": (b'{"id": ' + b"9" * 10_000 + b"}", "application/json", 400),
    "too much": (b'{"id": "' + b"x" * (7 * MEGABYTE) + b'"}', "application/json", 413),
    "plain text": (b'{"id": "x"}', "text/plain", 415),
    "a form": (b"id=x", "application/x-www-form-urlencoded", 415),
    "no such type": (b"{}", "a/b/c; =;", 415),
}
"""Each with its content type and the status of the refusal."""

JUNK = (
    None,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    1.5,
    -1,
    10**30,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 20_000,
)
"""Values that are right for no text, id, choice or number we ask for."""

BYTES = (*JUNK, True, "a b", "AA==", "A", "AB", "+/+/", "=", "é", "💥", b64(b"x"), b64(b"x" * 20_000))
"""Values that are right for no sealed bytes: not base64url, not canonical, or of a wrong length."""


def refuses_every_body(client, method: str, path: str) -> None:
    """Send each wrong body and check that it is turned down with a clear code."""
    for name, (body, kind, status) in BODIES.items():
        reply = getattr(client, method)(path, data=body, content_type=kind)
        errors = reply.json()["errors"]
        assert reply.status_code == status, (path, name, reply.status_code)
        assert errors[0]["code"], (path, name)
        assert errors[0]["detail"], (path, name)
        assert "Traceback" not in reply.content.decode(), (path, name)


def refuses_every_value(client, method: str, path: str, good: dict, field: str, values=JUNK) -> None:
    """Send a good body with one wrong `field` ("a.b" for a nested one) and check that the answer names it."""
    for value in values:
        body = json.loads(json.dumps(good))
        place = body
        *outer, last = field.split(".")
        for name in outer:
            place = place[name]
        place[last] = value
        reply = getattr(client, method)(path, data=json.dumps(body), content_type="application/json")
        assert reply.status_code == 400, (path, field, repr(value)[:60], reply.status_code)
        named = {error["attr"] for error in reply.json()["errors"]}
        assert any(str(attr).startswith(field) for attr in named), (path, field, repr(value)[:60], named)
        assert all(error["code"] and error["detail"] for error in reply.json()["errors"])
