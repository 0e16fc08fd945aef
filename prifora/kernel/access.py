"""Who is asking, and what they have been allowed so far in this request."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from prifora.kernel.errors import Absent, DeviceNeeded, UncheckedAccess
from prifora.kernel.gates import need_plan


class Permission(StrEnum):
    """Each app lists its own in `<app>/access.py` as "app:thing:act"."""


class Kind(StrEnum):
    """What is asking: a person with a browser, or a paired Home Station."""

    PERSON = "person"
    STATION = "station"


@dataclass(slots=True)
class Actor:
    """The account behind a request and the device it speaks through; `granted` fills as access says yes."""

    id: UUID
    device_id: UUID | None = None
    kind: Kind = Kind.PERSON
    granted: set[Permission] = field(default_factory=set)

    def grant(self, permission: Permission, *, family: UUID | None = None) -> None:
        """Note that `permission` was checked and given. Only `<app>/access.py` calls this.

        `family`: whose it is what is done here; raises why not, when its plan does not cover that now.
        """
        if family is not None:
            need_plan(family, permission)
        self.granted.add(permission)

    def require(self, permission: Permission) -> None:
        """Raise UncheckedAccess unless `permission` was granted earlier in this request."""
        if permission not in self.granted:
            raise UncheckedAccess(permission)

    def device(self) -> UUID:
        """Return the device of this session; raise DeviceNeeded when it has none."""
        if self.device_id is None:
            raise DeviceNeeded
        return self.device_id

    def only(self, *kinds: Kind) -> None:
        """Raise Absent unless the actor is of one of `kinds`."""
        if self.kind not in kinds:
            raise Absent
