import pytest

PATH = "/api/v1/invitations/look"


@pytest.mark.django_db
class TestJsonBody:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"", 400, "required"),
            (b"{", 400, "parse_error"),
            (b"{}{}", 400, "parse_error"),
            (b"[" * 100_000, 400, "parse_error"),
            (b'{"a":' * 100_000, 400, "parse_error"),
            (b'{"lookup": NaN}', 400, "parse_error"),
            (b'{"lookup": 1' + b"0" * 10_000 + b"}", 400, "parse_error"),
            (b"\xff\xfe", 400, "parse_error"),
            (b'{"lookup": "\\ud800"}', 400, "base64"),
            (b'{"lookup": "\\u0000"}', 400, "base64"),
            (b"null", 400, "null"),
            (b"[]", 400, "invalid"),
            (b'"text"', 400, "invalid"),
        ],
    )
    def test_says_no_to_what_it_cannot_read(self, client, body, status, code):
        reply = client.generic("POST", PATH, body, content_type="application/json")
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (status, code)

    def test_reads_no_more_than_it_may(self, client, settings):
        body = b'{"lookup": "' + b"A" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
        reply = client.generic("POST", PATH, body, content_type="application/json")
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (413, "too_large")

    @pytest.mark.parametrize(
        "kind", ["text/xml", "multipart/form-data; boundary=x", "text/plain", "image/png", "?"]
    )
    def test_takes_nothing_but_json(self, client, kind):
        reply = client.generic("POST", PATH, b"{}", content_type=kind)
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (415, "unsupported_media_type")
