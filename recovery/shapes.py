"""What is asked and answered about coming back."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from prifora.kernel.fields import AuthKeyField, Base64Field, StrictChar
from prifora.kernel.shapes import VaultChangeIn
from recovery.rules import WAIT_HOURS


class ShareIn(serializers.Serializer):
    """What one relative keeps, sealed for them and signed by me."""

    account_id = serializers.UUIDField()
    box = Base64Field(at_least=48, at_most=512)
    signature = Base64Field(exactly=64)


class RelativesIn(serializers.Serializer):
    """Whom I choose, how many must help, how long they wait, and my vault with a slot for them."""

    set_id = serializers.UUIDField()
    threshold = serializers.IntegerField(min_value=1, max_value=2)
    wait_hours = serializers.IntegerField()
    shares = ShareIn(many=True, min_length=1, max_length=3)  # type: ignore[call-arg]
    vault = VaultChangeIn()

    def validate_wait_hours(self, hours: int) -> int:
        if hours not in WAIT_HOURS:
            raise serializers.ValidationError(_("This cannot be chosen."), code="invalid_choice")
        return hours


class RelativesEndIn(serializers.Serializer):
    """My vault without the relatives' slot."""

    vault = VaultChangeIn()


class RelativeOut(serializers.Serializer):
    """Somebody who may help me to come back."""

    account_id = serializers.UUIDField()
    first_name = serializers.CharField()


class RelativesOut(serializers.Serializer):
    """Whom I chose; who is in no family with me any more is left out, as their share does not count."""

    set_id = serializers.UUIDField()
    threshold = serializers.IntegerField()
    wait_hours = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    relatives = RelativeOut(many=True)


class HeldOut(serializers.Serializer):
    """A share that somebody gave me to keep."""

    account_id = serializers.UUIDField()
    first_name = serializers.CharField()
    set_id = serializers.UUIDField()
    box = Base64Field()
    signature = Base64Field()


class RecoveryIn(serializers.Serializer):
    """A device that asks to come back; `login` is left out by a Home Station that lost its keys."""

    id = serializers.UUIDField()
    login = StrictChar(max_length=254, required=False)
    box_key = Base64Field(exactly=32)
    auth_key = AuthKeyField()
    proof = Base64Field(exactly=32)
    name = StrictChar(max_length=60)


class RecoveryBegunOut(serializers.Serializer):
    """Until when it may be answered; the same for every name."""

    id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class ReturnedShareOut(serializers.Serializer):
    """A share that a relative sealed for the asking device, signed by them."""

    account_id = serializers.UUIDField()
    set_id = serializers.UUIDField()
    box = Base64Field()
    signature = Base64Field()
    aik = Base64Field()


class RecoveryPollOut(serializers.Serializer):
    """How it stands; with the shares, and whose account it is, when it is ready."""

    state = serializers.ChoiceField(choices=["waiting", "ready", "vetoed", "ended"])
    approvals = serializers.IntegerField()
    needed = serializers.IntegerField()
    wait_until = serializers.DateTimeField(allow_null=True)
    account_id = serializers.UUIDField(required=False)
    shares = ReturnedShareOut(many=True, required=False)


class RecoveryOut(serializers.Serializer):
    """Somebody asks to come back as me, or as somebody whose share I keep."""

    id = serializers.UUIDField()
    account_id = serializers.UUIDField()
    first_name = serializers.CharField()
    mine = serializers.BooleanField()
    name = serializers.CharField()
    requested_at = serializers.DateTimeField()
    wait_until = serializers.DateTimeField()
    box_key = Base64Field()
    auth_key = Base64Field()
    proof = Base64Field()
    approvals = serializers.IntegerField()
    needed = serializers.IntegerField()
    approved_by_me = serializers.BooleanField()
    state = serializers.ChoiceField(choices=["waiting", "ready"])


class ApprovalIn(serializers.Serializer):
    """My share, sealed for the asking device whose code I heard, and signed by me."""

    box = Base64Field(at_least=48, at_most=512)
    signature = Base64Field(exactly=64)
