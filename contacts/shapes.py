"""What contacts says about people and families over HTTP, and what it takes as their statements."""

from typing import Any

from rest_framework import serializers

from accounts.access import public_keys
from prifora.kernel.fields import Base64Field
from prifora.kernel.shapes import PublicKeysOut


class FounderIn(serializers.Serializer):
    """The founder's statement: this family begins with me and my key."""

    kind = serializers.ChoiceField(choices=["founder"])
    aik = Base64Field(exactly=32)
    signature = Base64Field(exactly=64)


class AdmissionOut(serializers.Serializer):
    """By whom somebody is in a family, signed; which fields there are goes by `kind`."""

    kind = serializers.ChoiceField(choices=["founder", "invited", "paired"])
    aik = serializers.CharField()
    signature = serializers.CharField(required=False)
    by = serializers.UUIDField(required=False)
    by_aik = serializers.CharField(required=False)
    by_signature = serializers.CharField(required=False)
    key = serializers.CharField(required=False)
    history = serializers.ChoiceField(choices=["start", "today"], required=False)


class FounderOut(serializers.Serializer):
    """With whom everybody's trust in a family begins."""

    account_id = serializers.UUIDField()
    aik = Base64Field()


class AncestorOut(serializers.Serializer):
    """Somebody no longer in the family by whom present people came in."""

    account_id = serializers.UUIDField()
    aik = serializers.CharField()
    admission = AdmissionOut()


class VouchOut(serializers.Serializer):
    """Who invited a person, and the proof made with the invitation's secret."""

    by = serializers.UUIDField(allow_null=True)
    proof = Base64Field()


class PersonOut(PublicKeysOut):
    """Somebody in a family of mine."""

    account_id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    role = serializers.CharField()
    is_admin = serializers.BooleanField()
    joined_at = serializers.DateTimeField()
    favourite = serializers.BooleanField()
    blocked = serializers.BooleanField()
    seen = serializers.BooleanField()
    portrait = serializers.UUIDField(allow_null=True)
    vouch = VouchOut(allow_null=True)
    admission = AdmissionOut(allow_null=True)


class MyPlace(serializers.Serializer):
    """What I am in the family."""

    role = serializers.CharField()
    is_admin = serializers.BooleanField()


class FamilyOut(serializers.Serializer):
    """One of my families."""

    id = serializers.UUIDField()
    me = MyPlace()
    user_id = serializers.UUIDField(allow_null=True)
    founder = FounderOut(allow_null=True)
    retention_days = serializers.IntegerField(allow_null=True)
    people = PersonOut(many=True)
    lineage = AncestorOut(many=True)


def family_shape(bond: Any, people: list[Any], lineage: list[Any]) -> dict[str, Any]:
    """Return a family without its people: my place in it, how it began, and by whom they came in."""
    return {
        "id": bond.family_id,
        "me": {"role": bond.role, "is_admin": bond.is_admin},
        "user_id": next((one.account_id for one in people if one.role == "user"), None),
        "founder": founder_shape(bond.family),
        "retention_days": bond.family.retention_days,
        "lineage": [
            {"account_id": one.account_id, "aik": one.admission["aik"], "admission": one.admission}
            for one in lineage
        ],
    }


def founder_shape(family: Any) -> dict[str, Any] | None:
    """Return who founded a family and by which key; None for one that was made without keys."""
    if family.founder_aik is None:
        return None
    return {"account_id": family.founder_ref, "aik": bytes(family.founder_aik)}


def person_shape(bond: Any, account: Any) -> dict[str, Any]:
    """Return somebody in a family: name, place, public keys, and by whom they are here."""
    return {
        "account_id": bond.account_id,
        "first_name": account.profile.get("first_name", ""),
        "last_name": account.profile.get("last_name", ""),
        "role": bond.role,
        "is_admin": bond.is_admin,
        "joined_at": bond.created_at,
        **public_keys(getattr(account, "vault", None)),
        "seen": bond.seen_at is not None,
        "vouch": {"by": bond.invited_by_id, "proof": bytes(bond.proof)} if bond.proof else None,
        "admission": bond.admission,
    }
