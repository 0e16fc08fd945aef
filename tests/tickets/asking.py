"""Asking Customer Support in tests."""

from uuid import uuid4

PATH, FEEDBACK = "/api/v1/me/tickets", "/api/v1/me/feedback"
WORDS = "My Home Station stays dark since Monday."


def asked(client, text=WORDS):
    """Ask something over HTTP; return the thread."""
    answer = client.post(PATH, {"id": str(uuid4()), "text": text})
    assert answer.status_code == 201, answer.content
    return answer.json()


def told(answer):
    """Return the status and the first code of a refusal."""
    return answer.status_code, answer.json()["errors"][0]["code"]
