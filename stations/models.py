"""Home Stations, how they come to a family, and how they are doing."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Policy, Purpose, Role, Seen, running

PAIRING_LASTS = timedelta(minutes=10)
PAIRING_KEPT = timedelta(days=1)
HEARTBEAT_KEPT = timedelta(days=14)
CHALLENGE_LASTS = timedelta(minutes=2)

_STAFF = (Role.SUPPORT, Role.SYSTEM)


class Network(models.TextChoices):
    """How a station is connected."""

    ETHERNET = "ethernet"
    WIFI = "wifi"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class Wipe(models.TextChoices):
    """Whether a station must forget everything, and did."""

    NONE = "none"
    ASKED = "asked"
    DONE = "done"


class Station(Row):
    """A touch device in a home, in one family, in the hands of one person."""

    family = models.ForeignKey("contacts.Family", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    device = models.ForeignKey("accounts.Device", models.SET_NULL, null=True, related_name="+")
    auth_key = models.BinaryField(max_length=65)
    sealed_card = models.BinaryField(max_length=1024)
    mac_index = models.BinaryField(max_length=16, null=True)
    network = models.CharField(max_length=8, choices=Network.choices, default=Network.UNKNOWN)
    last_seen_at = models.DateTimeField(null=True)
    unpaired_at = models.DateTimeField(null=True)
    wipe = models.CharField(max_length=8, choices=Wipe.choices, default=Wipe.NONE)

    policy = Policy(
        subject="user",
        keep=None,
        fields={
            "family": Held(Category.RELATION, Purpose.STATION, staff=_STAFF),
            "user": Held(Category.RELATION, Purpose.STATION, staff=_STAFF),
            "device": Held(Category.DEVICE, Purpose.STATION, staff=_STAFF),
            "auth_key": Held(Category.PUBLIC_KEY, Purpose.STATION, export=False),
            "sealed_card": Held(Category.DEVICE, Purpose.STATION, Seen.SEALED, on_erase=Erase.SHRED),
            "mac_index": Held(Category.MAC_ADDRESS, Purpose.STATION, export=False),
            "network": Held(Category.DEVICE, Purpose.STATION, staff=_STAFF),
            "last_seen_at": Held(Category.TIMING, Purpose.STATION, staff=_STAFF),
            "unpaired_at": Held(Category.TIMING, Purpose.STATION, staff=_STAFF),
            "wipe": Held(Category.DEVICE, Purpose.STATION, staff=_STAFF),
        },
    )


class Heartbeat(Row):
    """One sign of life of a station."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="heartbeats")
    network = models.CharField(max_length=8, choices=Network.choices)
    signal = models.SmallIntegerField(null=True)

    policy = Policy(
        subject="station__user",
        keep=HEARTBEAT_KEPT,
        fields={
            "station": Held(Category.DEVICE, Purpose.STATION),
            "network": Held(Category.DEVICE, Purpose.STATION),
            "signal": Held(Category.DEVICE, Purpose.STATION),
        },
    )

    class Meta:
        indexes = (
            models.Index(fields=["station", "-created_at"], name="life_of_station"),
            models.Index(fields=["created_at"], name="life_by_age"),
        )


class Pairing(Row):
    """A new device shows a code and waits. The server knows a look-up value, never the code.

    `aik` is the identity key it proposes for a user who has no keys yet.
    """

    lookup_hash = models.BinaryField(max_length=32)
    proof = models.BinaryField(max_length=32)
    box_key = models.BinaryField(max_length=32)
    auth_key = models.BinaryField(max_length=65)
    aik = models.BinaryField(max_length=32, null=True)
    sealed_card = models.BinaryField(max_length=1024)
    expires_at = models.DateTimeField()
    station = models.OneToOneField(Station, models.CASCADE, null=True, related_name="+")
    box = models.BinaryField(max_length=4096, null=True)
    box_proof = models.BinaryField(max_length=32, null=True)

    policy = Policy(
        subject="station__user",
        keep=PAIRING_KEPT,
        fields={
            "lookup_hash": Held(Category.CREDENTIAL, Purpose.STATION, export=False),
            "proof": Held(Category.PUBLIC_KEY, Purpose.STATION, export=False),
            "box_key": Held(Category.PUBLIC_KEY, Purpose.STATION, export=False),
            "auth_key": Held(Category.PUBLIC_KEY, Purpose.STATION, export=False),
            "aik": Held(Category.PUBLIC_KEY, Purpose.STATION, export=False),
            "sealed_card": Held(Category.DEVICE, Purpose.STATION, Seen.SEALED, export=False),
            "expires_at": running(),
            "station": Held(Category.DEVICE, Purpose.STATION, export=False),
            "box": Held(Category.CIPHERTEXT, Purpose.STATION, Seen.BY_MEMBERS, export=False),
            "box_proof": Held(Category.PUBLIC_KEY, Purpose.STATION, export=False),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["lookup_hash"], condition=Q(station=None), name="one_waiting_code"
            ),
        )


class Challenge(Row):
    """A random value a station signs to sign in; works once, for CHALLENGE_LASTS."""

    station_ref = models.UUIDField()
    nonce_hash = models.BinaryField(max_length=32, unique=True)

    policy = Policy(
        subject="",
        keep=timedelta(hours=1),
        fields={
            "station_ref": Held(Category.DEVICE, Purpose.STATION, export=False),
            "nonce_hash": Held(Category.CREDENTIAL, Purpose.STATION, export=False),
        },
    )
