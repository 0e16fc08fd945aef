"""How the API's description (schema/openapi.yaml) is made complete and true."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import ListSerializer

from prifora.kernel.api import Endpoint, Public
from prifora.kernel.problems import ProblemOut

ALWAYS = ("400", "404", "405", "406", "415", "429", "503")
WAIT = ("429", "503")
"""Answers that say in `Retry-After` how many seconds to wait."""


class Schema(AutoSchema):
    """Adds the one error shape for every status an endpoint can answer, and who may call it."""

    def get_tags(self) -> list[str]:
        return [self.view.__class__.__module__.split(".")[0]]

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: Any = False) -> Any:  # noqa: FBT002
        """Add what the library leaves out: how many members a list may have."""
        shape = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        limit = getattr(field, "max_length", None) if isinstance(field, ListSerializer) else None
        return shape if limit is None else {**shape, "maxItems": limit}

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in self._refusals():
            if status not in bodies:
                bodies[status] = self._problem(status, direction)
        return bodies

    def _problem(self, status: str, direction: Any) -> Any:
        body = self._get_response_for_code(ProblemOut, status, direction=direction)  # type: ignore[no-untyped-call]
        if status in WAIT:
            body["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
        return body

    def _refusals(self) -> tuple[str, ...]:
        codes: tuple[str, ...] = ALWAYS
        if isinstance(self.view, Endpoint) and not isinstance(self._needed(), Public):
            codes += ("401", "403")
        if self.method in ("POST", "PUT", "PATCH", "DELETE"):
            codes += ("403", "409", "413", "422")
        return tuple(dict.fromkeys(codes))

    def _needed(self) -> Any:
        permission = getattr(self.view, "permission", None)
        return permission.get(self.method.lower()) if isinstance(permission, dict) else permission
