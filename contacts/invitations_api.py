"""Invitations over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import has_vault, keys_of
from contacts import access, services
from contacts.access import Permission
from contacts.api import one_family
from contacts.shapes import FamilyOut, FounderOut, founder_shape
from prifora.kernel import clock
from prifora.kernel.api import Endpoint, Public, address_of, items, parse
from prifora.kernel.errors import DeviceNeeded
from prifora.kernel.fields import Base64Field
from prifora.kernel.limits import Limit, enforce


class InvitationIn(serializers.Serializer):
    """A new invitation, made on the inviter's device."""

    id = serializers.UUIDField()
    lookup = Base64Field(exactly=16)
    proof = Base64Field(exactly=32)
    sealed_note = Base64Field(at_least=28, at_most=2048)
    key = Base64Field(exactly=32)
    history = serializers.ChoiceField(choices=["start", "today"])
    signature = Base64Field(exactly=64)
    aik = Base64Field(exactly=32, required=False)


class InvitationOut(serializers.Serializer):
    """An invitation, to those who look after the family."""

    id = serializers.UUIDField()
    made_by = serializers.UUIDField(source="made_by_id")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    state = serializers.SerializerMethodField()

    def get_state(self, invitation: Any) -> str:
        """Return open, used, withdrawn or expired."""
        if invitation.used_at:
            return "used"
        if invitation.withdrawn_at:
            return "withdrawn"
        return "open" if invitation.expires_at > clock.now() else "expired"


class InvitationLookIn(serializers.Serializer):
    """What the client derived from the code."""

    lookup = Base64Field(exactly=16)


class Inviter(serializers.Serializer):
    """Who invites, by their public keys."""

    account_id = serializers.UUIDField()
    aik = Base64Field()
    aek = Base64Field()


class InvitationNoteOut(serializers.Serializer):
    """What an invitation says; only who has the code can read the note and check the proof."""

    family_id = serializers.UUIDField()
    founder = FounderOut(allow_null=True)
    inviter = Inviter()
    proof = Base64Field()
    sealed_note = Base64Field()
    expires_at = serializers.DateTimeField()


class AcceptIn(serializers.Serializer):
    """The code's look-up value, the proof of the invited person's keys, the invitation's signature."""

    lookup = Base64Field(exactly=16)
    proof = Base64Field(exactly=32)
    signature = Base64Field(exactly=64)


InvitationsOut = inline_serializer("Invitations", {"items": InvitationOut(many=True)})


class Invitations(Endpoint):
    """GET and POST /families/<id>/invitations."""

    permission = {"get": Permission.OVERSEE, "post": Permission.INVITE}

    @extend_schema(responses=InvitationsOut, operation_id="listInvitations")
    def get(self, _request: Request, family_id: UUID) -> Response:
        """List the invitations of a family I look after."""
        return items(InvitationOut, access.invitations(self.actor, family_id)[:100])

    @extend_schema(request=InvitationIn, responses={201: InvitationOut}, operation_id="makeInvitation")
    def post(self, request: Request, family_id: UUID) -> Response:
        """Invite one person; the code is made on my device and never comes here."""
        body = parse(InvitationIn, request)
        bond = access.lead(self.actor, family_id, Permission.INVITE)
        enforce(Limit.INVITATION_MAKE, str(self.actor.id))
        made = services.make_invitation(
            bond=bond,
            invitation_id=body["id"],
            lookup=body["lookup"],
            proof=body["proof"],
            sealed_note=body["sealed_note"],
            key=body["key"],
            history=body["history"],
            signature=body["signature"],
            aik=body.get("aik"),
            now=clock.now(),
        )
        return Response(InvitationOut(made).data, status=status.HTTP_201_CREATED)


class InvitationPage(Endpoint):
    """DELETE /families/<id>/invitations/<id>."""

    permission = Permission.OVERSEE

    @extend_schema(responses={204: None}, operation_id="withdrawInvitation")
    def delete(self, _request: Request, family_id: UUID, invitation_id: UUID) -> Response:
        """Withdraw an invitation."""
        access.lead(self.actor, family_id, Permission.OVERSEE)
        services.withdraw_invitation(family_id=family_id, invitation_id=invitation_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Look(Endpoint):
    """POST /invitations/look."""

    permission = Public("the invited person has no account yet")

    @extend_schema(request=InvitationLookIn, responses=InvitationNoteOut, operation_id="lookAtInvitation")
    def post(self, request: Request) -> Response:
        """Show what an invitation says, to whoever holds its code."""
        body = parse(InvitationLookIn, request)
        enforce(Limit.INVITATION_LOOK, address_of(request))
        invitation = access.open_invitation(body["lookup"], clock.now())
        keys = keys_of(invitation.made_by_id) if invitation else None
        if invitation is None or keys is None:
            raise services.InvitationUnknown
        shape = {
            "family_id": invitation.family_id,
            "founder": founder_shape(invitation.family),
            "inviter": {"account_id": invitation.made_by_id, "aik": keys[0], "aek": keys[1]},
            "proof": bytes(invitation.proof),
            "sealed_note": bytes(invitation.sealed_note),
            "expires_at": invitation.expires_at,
        }
        return Response(InvitationNoteOut(shape).data)


class Accept(Endpoint):
    """POST /invitations/accept."""

    permission = Permission.JOIN

    @extend_schema(request=AcceptIn, responses={201: FamilyOut}, operation_id="acceptInvitation")
    def post(self, request: Request) -> Response:
        """Join the family I was invited to."""
        body = parse(AcceptIn, request)
        access.allow(self.actor, Permission.JOIN)
        enforce(Limit.INVITATION_LOOK, str(self.actor.id))
        if not has_vault(self.actor.id):
            raise DeviceNeeded
        family = services.accept_invitation(
            lookup=body["lookup"],
            account_id=self.actor.id,
            proof=body["proof"],
            signature=body["signature"],
            now=clock.now(),
        )
        return Response(one_family(self.actor, family.pk), status=status.HTTP_201_CREATED)
