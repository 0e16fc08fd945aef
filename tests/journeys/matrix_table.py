"""Who may do what: one row for every operation of the API. An operation without a row fails the matrix.

A row names the answer and who gets it. Everybody else is answered as designed: 401 `not_authenticated`
without a session, 404 `absent` (the same bytes as for a random id) for what is not theirs, and where
`device` is said, 403 `device_needed` for who has no device yet, whatever they ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SIGNED_OUT = {"anonymous", "expired", "revoked", "closed"}
"""No session; one whose time is over; one of a device that was revoked; one of an account that was closed."""

STAFF = {"support", "finance", "system", "privacy"}
"""On duty, with a second factor, and in no family."""

STATIONS = {"station", "other_station"}
PEOPLE = {"user", "contact", "admin", "no_device", "blocked", "removed", "outsider"} | STAFF
EVERYBODY = PEOPLE | STATIONS
FAMILY = {"user", "contact", "admin", "no_device", "blocked", "station"}
LEADERS = {"user", "admin", "no_device"}
USER = {"user", "station"}
MEMBERS = {"user", "contact", "blocked", "station"}
"""Who belongs to the conversation; looking after the family gives nobody a place in it."""

SHOWN = {"user", "contact", "blocked", "station"}
"""Whom the contact's album is shared with; the user, and so the user's Home Station, may add to it."""

ADDING = {"user", "contact", "station"}

ACTORS = [*sorted(SIGNED_OUT), *sorted(EVERYBODY)]


@dataclass(frozen=True)
class Row:
    """`status` is what `who` get; `but` names other answers ("409 conflict") by actor."""

    status: int
    who: set[str] | str
    device: bool = False
    but: Mapping[str, str] = field(default_factory=dict)


ANYONE = "anyone"
JOINED = dict.fromkeys(FAMILY - {"station"}, "409 already_joined")
RELATIVES = {"user", "contact", "station"}
"""Who keep a share of the person that somebody asks to come back as."""
NO_RELATIVES = dict.fromkeys(EVERYBODY - FAMILY, "400 relatives_refused")
NO_CHILD = dict.fromkeys(PEOPLE, "409 not_a_child")
NOT_RESTRICTED = dict.fromkeys(EVERYBODY, "409 not_restricted")
HAS_ONE = dict.fromkeys(EVERYBODY, "409 vault_exists")

TABLE: dict[str, Row] = {
    # before signing in
    "GET /csrf": Row(200, ANYONE),
    "GET /fields": Row(200, ANYONE),
    "GET /kdf": Row(200, ANYONE),
    "POST /invitations/look": Row(200, ANYONE),
    "POST /pairings": Row(201, ANYONE),
    "POST /pairings/{pairing_id}/poll": Row(200, ANYONE),
    "POST /links": Row(201, ANYONE),
    "POST /links/{link_id}/poll": Row(200, ANYONE),
    "POST /recovery/challenge": Row(200, ANYONE),
    "POST /recovery/sign-in": Row(204, ANYONE),
    "POST /recovery/requests": Row(201, ANYONE),
    "POST /recovery/requests/{request_id}/poll": Row(200, ANYONE),
    "POST /stations/challenge": Row(200, ANYONE),
    "POST /stations/sign-in": Row(200, ANYONE),
    "POST /stations/me/wiped": Row(204, ANYONE),
    # oneself
    "GET /me": Row(200, EVERYBODY),
    "PATCH /me": Row(200, PEOPLE),
    "PUT /me/username": Row(200, PEOPLE),
    "POST /me/password": Row(204, PEOPLE),
    "PUT /me/portrait": Row(200, PEOPLE),
    "DELETE /me/portrait": Row(204, PEOPLE),
    "GET /me/log": Row(200, PEOPLE),
    "GET /me/closing": Row(200, PEOPLE),
    "POST /me/closing": Row(201, PEOPLE),
    "DELETE /me/closing": Row(404, set()),
    "GET /me/data": Row(200, PEOPLE),
    "POST /me/export": Row(200, PEOPLE),
    "GET /me/export/schema": Row(200, PEOPLE),
    "GET /me/looks": Row(200, PEOPLE),
    "GET /me/consents": Row(200, EVERYBODY),
    "PUT /me/consents/{purpose}": Row(200, EVERYBODY),
    "POST /me/objection": Row(200, EVERYBODY),
    "POST /me/uses": Row(204, EVERYBODY),
    "GET /me/requests": Row(200, EVERYBODY),
    "POST /me/requests": Row(201, EVERYBODY),
    "POST /me/requests/{asked_id}/lines": Row(201, {"contact"}),
    "POST /me/requests/{asked_id}/withdraw": Row(200, {"contact"}),
    "DELETE /me/requests/{mandated_id}/mandate": Row(200, {"contact"}),
    "POST /me/feedback": Row(204, PEOPLE),
    "GET /me/tickets": Row(200, EVERYBODY),
    "POST /me/tickets": Row(201, EVERYBODY),
    "GET /me/tickets/{ticket_id}": Row(200, {"contact"}),
    "POST /me/tickets/{ticket_id}/messages": Row(201, {"contact"}),
    "POST /me/tickets/{ticket_id}/close": Row(200, {"contact"}),
    "GET /me/restriction": Row(200, EVERYBODY),
    "PUT /me/restriction": Row(200, EVERYBODY),
    "DELETE /me/restriction": Row(200, set(), but=NOT_RESTRICTED),
    "GET /me/parent": Row(200, PEOPLE),
    "PUT /me/parent": Row(200, set(), but=NO_CHILD),
    "DELETE /me/parent": Row(204, PEOPLE),
    "GET /me/children": Row(200, PEOPLE),
    "PUT /me/children/{account_id}": Row(204, set()),
    "DELETE /me/children/{account_id}": Row(204, set()),
    "GET /me/disclosures": Row(200, PEOPLE),
    "GET /ledger/since": Row(200, EVERYBODY),
    "GET /notices": Row(200, EVERYBODY),
    "POST /notices/read": Row(204, EVERYBODY),
    "GET /notices/push": Row(200, PEOPLE - {"no_device"}),
    "PUT /notices/push": Row(204, PEOPLE - {"no_device"}),
    "DELETE /notices/push": Row(204, PEOPLE - {"no_device"}),
    "GET /me/sessions": Row(200, PEOPLE),
    "DELETE /me/sessions/{session_id}": Row(204, {"user"}),
    "GET /me/devices": Row(200, EVERYBODY),
    "POST /me/devices": Row(201, EVERYBODY),
    "POST /me/devices/{device_id}/revoke": Row(204, {"user"}),
    "GET /vault": Row(200, EVERYBODY),
    "PUT /vault": Row(201, set(), but=HAS_ONE),
    "POST /vault/change": Row(200, EVERYBODY, device=True),
    "PUT /vault/ring": Row(204, EVERYBODY, device=True),
    "POST /links/find": Row(200, PEOPLE, device=True),
    "POST /links/{link_id}/approve": Row(204, PEOPLE, device=True),
    # people one knows
    "GET /accounts/{account_id}": Row(200, FAMILY),
    "GET /accounts/{account_id}/portrait": Row(200, FAMILY),
    "PUT /blocks/{account_id}": Row(204, FAMILY - {"station"}),
    "DELETE /blocks/{account_id}": Row(204, FAMILY - {"station"}),
    # families
    "GET /families": Row(200, EVERYBODY),
    "POST /families": Row(201, PEOPLE),
    "GET /families/{family_id}": Row(200, FAMILY),
    "PATCH /families/{family_id}": Row(200, LEADERS),
    "PUT /families/{family_id}/favourites/{account_id}": Row(204, FAMILY),
    "DELETE /families/{family_id}/favourites/{account_id}": Row(204, FAMILY),
    "PATCH /families/{family_id}/people/{account_id}": Row(204, LEADERS),
    "DELETE /families/{family_id}/people/{account_id}": Row(204, LEADERS),
    "POST /families/{family_id}/people/{account_id}/seen": Row(204, USER),
    "POST /families/{family_id}/people/{account_id}/refuse": Row(204, USER),
    "GET /families/{family_id}/invitations": Row(200, LEADERS),
    "POST /families/{family_id}/invitations": Row(201, LEADERS),
    "DELETE /families/{family_id}/invitations/{invitation_id}": Row(204, LEADERS),
    "POST /invitations/accept": Row(201, {"outsider", "removed"} | STAFF, but=JOINED),
    "GET /families/{family_id}/plan": Row(200, FAMILY),
    "POST /families/{family_id}/plan/codes": Row(200, LEADERS),
    # Home Stations
    "GET /families/{family_id}/stations": Row(200, FAMILY),
    "POST /families/{family_id}/stations": Row(201, LEADERS),
    "PATCH /families/{family_id}/stations/{station_id}": Row(200, LEADERS),
    "DELETE /families/{family_id}/stations/{station_id}": Row(204, LEADERS),
    "POST /families/{family_id}/stations/{station_id}/wipe": Row(204, LEADERS),
    "POST /pairings/find": Row(200, LEADERS | {"outsider"}),
    "POST /stations/me/heartbeat": Row(200, STATIONS),
    # coming back by relatives
    "GET /recovery/relatives": Row(200, USER),
    "PUT /recovery/relatives": Row(200, FAMILY, device=True, but=NO_RELATIVES),
    "POST /recovery/relatives/end": Row(204, USER, device=True),
    "GET /recovery/held": Row(200, EVERYBODY, device=True),
    "GET /recovery/requests": Row(200, EVERYBODY, device=True),
    "POST /recovery/requests/{request_id}/approve": Row(204, RELATIVES, device=True),
    "POST /recovery/requests/{request_id}/veto": Row(204, RELATIVES, device=True),
    # conversations
    "GET /conversations": Row(200, EVERYBODY, device=True),
    "POST /conversations": Row(201, FAMILY, device=True),
    "GET /conversations/{conversation_id}": Row(200, MEMBERS, device=True),
    "GET /conversations/{conversation_id}/log": Row(200, MEMBERS, device=True),
    "GET /conversations/{conversation_id}/archive": Row(200, MEMBERS, device=True),
    "GET /conversations/{conversation_id}/history-boxes": Row(200, MEMBERS, device=True),
    "POST /conversations/{conversation_id}/history-boxes": Row(204, MEMBERS, device=True),
    "GET /conversations/{conversation_id}/entries/{seq}": Row(200, MEMBERS, device=True),
    "DELETE /conversations/{conversation_id}/entries/{seq}": Row(204, {"contact"}, device=True),
    "PUT /conversations/{conversation_id}/files/{file_id}": Row(
        201, MEMBERS, device=True, but=dict.fromkeys(MEMBERS - {"contact"}, "409 file_taken")
    ),
    "GET /conversations/{conversation_id}/files/{file_id}": Row(200, MEMBERS, device=True),
    "DELETE /conversations/{conversation_id}/files/{file_id}": Row(204, {"contact"}, device=True),
    "PUT /conversations/{conversation_id}/delivered": Row(204, MEMBERS, device=True),
    "POST /conversations/{conversation_id}/messages": Row(201, MEMBERS, device=True),
    "POST /conversations/{conversation_id}/commits": Row(201, MEMBERS, device=True),
    "POST /conversations/{conversation_id}/key-packages/claim": Row(200, MEMBERS, device=True),
    "POST /conversations/{conversation_id}/members": Row(204, {"user"}, device=True),
    "DELETE /conversations/{conversation_id}/members/{account_id}": Row(204, {"user"}, device=True),
    # albums
    "POST /uploads": Row(201, FAMILY, device=True),
    "OPTIONS /uploads": Row(204, EVERYBODY, device=True),
    "GET /uploads/{upload_id}": Row(200, {"contact"}, device=True),
    "PATCH /uploads/{upload_id}": Row(204, {"contact"}, device=True),
    "DELETE /uploads/{upload_id}": Row(204, {"contact"}, device=True),
    "GET /families/{family_id}/storage": Row(200, FAMILY, device=True),
    "GET /albums": Row(200, FAMILY, device=True),
    "POST /albums": Row(201, FAMILY, device=True),
    "GET /albums/{album_id}": Row(200, SHOWN, device=True),
    "DELETE /albums/{album_id}": Row(204, {"contact"}, device=True),
    "PUT /albums/{album_id}/details": Row(200, ADDING, device=True),
    "PUT /albums/{album_id}/members/{account_id}": Row(204, {"contact"}, device=True),
    "DELETE /albums/{album_id}/members/{account_id}": Row(204, {"contact"}, device=True),
    "POST /albums/{album_id}/versions": Row(200, {"contact"}, device=True),
    "GET /albums/{album_id}/items": Row(200, SHOWN, device=True),
    "POST /albums/{album_id}/items": Row(
        201, ADDING, device=True, but=dict.fromkeys(ADDING - {"contact"}, "409 conflict")
    ),
    "POST /albums/{album_id}/items/copy": Row(201, ADDING, device=True),
    "PUT /albums/{album_id}/items/{item_id}/meta": Row(200, {"contact"}, device=True),
    "DELETE /albums/{album_id}/items/{item_id}": Row(204, {"contact"}, device=True),
    "GET /albums/{album_id}/items/{item_id}/parts/{name}": Row(200, SHOWN, device=True),
    "POST /albums/{album_id}/items/{item_id}/remarks": Row(201, SHOWN, device=True),
    "GET /albums/{album_id}/remarks": Row(200, SHOWN, device=True),
    "DELETE /albums/{album_id}/remarks/{remark_id}": Row(204, {"contact"}, device=True),
    # keys of devices
    "GET /key-packages": Row(200, EVERYBODY, device=True),
    "POST /key-packages": Row(201, EVERYBODY, device=True),
    "GET /mls/sender": Row(200, EVERYBODY, device=True),
    "GET /welcomes": Row(200, EVERYBODY, device=True),
    "DELETE /welcomes/{welcome_id}": Row(204, {"contact"}, device=True),
}
"""Paths are below /api/v1."""

QUERIES = {
    "GET /fields": "?kind=user",
    "GET /kdf": "?login=user.one",
    "GET /albums": "?family={family_id}",
    "GET /ledger/since": "?after=0",
}
"""What a path needs besides."""

SIGN_IN: dict[str, tuple[int, int]] = {
    "GET config": (200, 200),
    "GET auth/session": (401, 200),
    "DELETE auth/session": (401, 401),
    "POST auth/login": (400, 400),
    "POST auth/signup": (400, 400),
    "POST auth/reauthenticate": (401, 400),
    "POST auth/code/confirm": (409, 409),
    "POST auth/email/verify": (409, 409),
    "GET auth/email/verify": (409, 409),
    "POST auth/email/verify/resend": (409, 409),
    "POST auth/phone/verify": (409, 409),
    "POST auth/phone/verify/resend": (409, 409),
    "POST auth/password/request": (400, 400),
    "GET auth/password/reset": (409, 409),
    "POST auth/password/reset": (409, 409),
    "POST auth/2fa/authenticate": (401, 401),
    "POST auth/2fa/reauthenticate": (401, 400),
    "GET auth/webauthn/authenticate": (401, 401),
    "POST auth/webauthn/authenticate": (401, 401),
    "GET auth/webauthn/reauthenticate": (401, 200),
    "POST auth/webauthn/reauthenticate": (401, 400),
    "GET auth/webauthn/login": (200, 200),
    "POST auth/webauthn/login": (400, 400),
    "GET account/email": (401, 200),
    "POST account/email": (409, 400),
    "PUT account/email": (401, 400),
    "PATCH account/email": (401, 400),
    "DELETE account/email": (401, 400),
    "GET account/phone": (401, 200),
    "POST account/phone": (409, 400),
    "GET account/authenticators": (401, 200),
    "GET account/authenticators/totp": (401, 404),
    "POST account/authenticators/totp": (401, 400),
    "DELETE account/authenticators/totp": (401, 200),
    "GET account/authenticators/recovery-codes": (401, 404),
    "POST account/authenticators/recovery-codes": (401, 400),
    "GET account/authenticators/webauthn": (401, 401),
    "POST account/authenticators/webauthn": (401, 400),
    "PUT account/authenticators/webauthn": (401, 400),
    "DELETE account/authenticators/webauthn": (401, 400),
}
"""The sign-in library's routes with an empty body: what the signed-out and the signed-in get.

409 means: this step is not due now. Paths are below /_allauth/browser/v1.
"""
