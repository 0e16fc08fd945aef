"""The base of every HTTP endpoint: says who may come in, and never answers or writes unasked."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.db import transaction
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from prifora.kernel.access import Actor, Kind, Permission
from prifora.kernel.types import other_types

READS = ("get",)
SESSION_DEVICE, SESSION_KIND = "device_id", "kind"
"""Session entries that bind it to a device; set by accounts.services and stations.services only."""

T = TypeVar("T", bound=Serializer)


class Public(str):
    """Marks an endpoint that anyone may call; the text says why."""

    __slots__ = ()


class Endpoint(APIView):
    """One operation or a few on one path. A subclass without `permission` cannot be defined (TypeError).

    `permission` is a Permission, a dict {method: Permission}, or Public. `kinds` says what may call it.
    Handlers of writing methods run in one transaction that also holds the access check: an answer
    that nobody was asked for is rolled back (UncheckedAccess).
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    permission: ClassVar[Permission | Public | dict[str, Permission | Public]]
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.PERSON,)
    actor: Actor

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        given = cls.__dict__.get("permission")
        named = list(given.values()) if isinstance(given, dict) else [given]
        if not named or not all(isinstance(one, Permission | Public) for one in named):
            raise TypeError(f"{cls.__name__} must set `permission`")
        for method in cls.http_method_names:
            if method in cls.__dict__:
                setattr(cls, method, _guarded(method, cls.__dict__[method]))

    def get_permissions(self) -> list[Any]:
        return [AllowAny() if isinstance(self.needed(), Public) else IsAuthenticated()]

    def needed(self) -> Permission | Public | None:
        """Return what the present request's method asks for."""
        if not isinstance(self.permission, dict):
            return self.permission
        method = (self.request.method or "").lower()
        return self.permission.get("get" if method == "head" else method)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.actor = actor_of(request)
            if not isinstance(self.needed(), Public):
                self.actor.only(*self.kinds)

    def check_answered(self, response: Response) -> None:
        """Raise UncheckedAccess when a good answer leaves without its permission having been granted."""
        needed = self.needed()
        if status.is_success(response.status_code) and isinstance(needed, Permission):
            self.actor.require(needed)


def _guarded(method: str, handler: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(handler)
    def answer(self: Endpoint, *args: Any, **kwargs: Any) -> Response:
        if method in READS:
            response = handler(self, *args, **kwargs)
            self.check_answered(response)
            return response
        with transaction.atomic():
            response = handler(self, *args, **kwargs)
            self.check_answered(response)
            return response

    return answer


def actor_of(request: Request) -> Actor:
    """Return who is asking: the account, and the device and kind its session is bound to."""
    session = request.session
    device = session.get(SESSION_DEVICE)
    return Actor(
        id=cast(UUID, request.user.pk),
        device_id=UUID(device) if device else None,
        kind=Kind(session.get(SESSION_KIND, Kind.PERSON)),
    )


def parse(shape: type[Serializer], request: Request) -> dict[str, Any]:
    """Return the checked body of `request`; raises DRF's ValidationError (400) if it does not fit."""
    body = shape(data=request.data)
    if wrong := other_types(body, request.data):
        raise ValidationError(wrong)
    body.is_valid(raise_exception=True)
    return body.validated_data


def parse_query(shape: type[Serializer], request: Request) -> dict[str, Any]:
    """Return the checked query parameters of `request`; raises DRF's ValidationError (400)."""
    query = shape(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return query.validated_data


def items(shape: type[Serializer], rows: Any) -> Response:
    """Return rows as the one list shape, {"items": [...]}."""
    return Response({"items": shape(rows, many=True).data})


def address_of(request: Request) -> str:
    """Return the caller's network address, only ever used as the key of a rate limit."""
    return str(request.META.get("REMOTE_ADDR", ""))
