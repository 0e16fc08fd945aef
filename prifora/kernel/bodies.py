"""Reading request bodies within limits, before anything else looks at them."""

import io
import json
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from prifora.kernel.errors import TooLarge


class JsonBody(JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, nested no deeper than the reader can follow."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return what the body says; raises TooLarge, ParseError."""
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as deep:
            raise ParseError from deep


def is_readable(body: bytes) -> bool:
    """Return whether a library that parses JSON without care gets through `body`.

    Not when it is no JSON, nested too deep, holds a number of thousands of digits, or half a character.
    """
    try:
        json.dumps(json.loads(body or b"{}"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True
