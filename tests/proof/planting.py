"""Plants canaries in every column that is about a person; runs in the server's environment (tests.server.call).

The people and what they share are those of the matrix of permissions: two families with Home Stations,
conversations, files, albums, invitations, uploads, relatives and somebody who asks to come back.
"""

import json
import os

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, models, transaction
from django.test import override_settings

from accounts import services as accounts
from accounts.models import Account, LogLine
from chat.models import Conversation
from contacts.models import Family
from media.models import Album, Item, Part
from prifora.kernel import clock, keystore
from prifora.kernel.completeness import holdings, policy_of
from prifora.kernel.crypto import Unreadable
from prifora.kernel.policy import Category, Erase, Seen
from prifora.kernel.sealing import open_bytes, open_secret, seal_bytes, seal_secret
from privacy.services import export_pieces
from tests import cast
from tests.journeys import matrix_scene
from tests.proof.canaries import (
    ALWAYS,
    CIPHER,
    FOREIGN,
    LEFT,
    MINE,
    NUMBER,
    PLAIN,
    TEXT,
    Canary,
    Text,
    as_json,
    token,
)
from tests.proof.rights import WRITTEN, opened_cases, plant_rights
from tests.realtime.stage import signed_in
from tests.rows import row_of, unguarded

QUICK = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], ALLOWED_HOSTS=["testserver"]
)
WHO, OTHERS = "contact", ("user", "outsider")
BY_THE_SERVER = {"accounts_session"}
"""What the server itself reads to let a request in."""

LEFT_ALONE = BY_THE_SERVER | WRITTEN

PROFILE = ("first_name", "last_name", "notes")
ADDRESS = ("line1", "line2", "city")


class Planter:
    """Plants texts in what is about one person, and keeps account of them."""

    def __init__(self, someone: cast.Someone, whose: str, texts: list[Text]) -> None:
        self.account, self.whose, self.texts = someone.account, whose, texts
        self.canaries: list[Canary] = []

    def text_for(
        self, where: str, kind: str, *, at_most: int = 60, exported: bool = True, stays: str = ""
    ) -> str:
        """Return the next text, somebody else's where there are some left that fit, and note it."""
        given = next((one for one in self.texts if one.fits(where, at_most)), None)
        if given is not None:
            self.texts.remove(given)
        text = given.text if given else token()
        self.canaries.append(Canary(text, where, kind, self.whose, exported, stays))
        return text

    def profile(self) -> None:
        """Everything a person can tell about themselves."""
        place = "accounts_account.sealed"
        told = {name: self.text_for(f"{place}:{name}", TEXT) for name in PROFILE}
        told["address"] = {name: self.text_for(f"{place}:address.{name}", TEXT) for name in ADDRESS}
        told["other_dates"] = [{"label": self.text_for(f"{place}:other_dates", TEXT), "on": "1990-05-06"}]
        accounts.change_profile(account=self.account, changes=told)
        account = Account.objects.get(pk=self.account.pk)
        name, number = token("kn").lower(), "+3164" + "".join(str(byte % 10) for byte in os.urandom(7))
        account.username, account.phone = name, number
        account.save(update_fields=["username", "phone"])
        address = f"{token('kn').lower()}@canary.example"
        with transaction.atomic():
            EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
        for entry, text in (("username", name), ("phone", number), ("emails", address)):
            self.canaries.append(Canary(text, f"{place}:{entry}", TEXT, self.whose))

    def tables(self) -> None:
        """Every column of every row that is about the person and that the server does not itself read."""
        for model in apps.get_models():
            policy = policy_of(model)
            if policy is None or policy.subject in ("", "self") or model._meta.db_table in LEFT_ALONE:
                continue
            for row in model._base_manager.filter(**{policy.subject: self.account.pk}):
                self._fill(model, row)

    def numbers(self) -> None:
        """Every column that names the person by the number of their account: it is a canary as it is."""
        for model in apps.get_models():
            held = holdings(model)
            for column in columns_with(model, self.account.pk):
                says = held[column.name].on_erase if column.name in held else Erase.DELETE
                stays = ALWAYS if says is Erase.PSEUDONYM else ""
                where = f"{model._meta.db_table}.{column.column}"
                self.canaries.append(Canary(str(self.account.pk), where, NUMBER, self.whose, False, stays))

    def _fill(self, model: type[models.Model], row: models.Model) -> None:
        held = holdings(model)
        for column in model._meta.local_concrete_fields:
            says = held.get(column.name)
            if (
                says is None
                or column.is_relation
                or column.unique
                or says.category in (Category.SYSTEM, Category.INDEX)
            ):
                continue
            where, present = f"{model._meta.db_table}.{column.column}", getattr(row, column.attname)
            value = self._value(column, says, where, present)
            if value is not None:
                with transaction.atomic(), unguarded():
                    model._base_manager.filter(pk=row.pk).update(**{column.attname: value})

    def _value(self, column, says, where: str, present):
        stays = LEFT if says.on_erase is Erase.PSEUDONYM else ""
        if says.seen is Seen.SEALED:
            if says.on_erase is Erase.SHRED:
                text = self.text_for(where, TEXT, exported=says.export)
                plain = json.dumps({"name": text}) if where.endswith("sealed_card") else text
                return seal_bytes(plain.encode(), person=self.account.pk, place=where)
            text = self.text_for(where, TEXT, exported=False)
            return seal_secret(json.dumps({"model": text}).encode(), place=where)
        if says.seen is Seen.BY_MEMBERS:
            limit = column.max_length or 200
            text = self.text_for(where, CIPHER, at_most=limit, exported=says.export, stays=stays)
            return text.encode()
        return self._readable(column, says, where, present)

    def _readable(self, column, says, where: str, present):
        """What to put into a column that lies open, or None to leave it."""
        kind, size = column.get_internal_type(), column.max_length
        if kind == "JSONField" and says.category is Category.BEHAVIOUR:
            return {**present, "planted": self.text_for(where, PLAIN, exported=says.export)}
        if kind == "BinaryField" and says.category is Category.CONSENT:
            stays = ALWAYS if says.on_erase is Erase.KEEP else ""
            text = self.text_for(where, PLAIN, at_most=size, exported=says.export, stays=stays)
            return text.encode().ljust(size, b"\0")
        is_free = kind in ("CharField", "TextField") and not column.choices
        if is_free and says.category is not Category.CREDENTIAL:
            return self.text_for(where, PLAIN, at_most=size or 60, exported=says.export)
        return None


def plant(texts: list[dict]) -> dict:
    """Make the scene and plant in it; return what is where, and how to act as whom."""
    with QUICK:
        scene = matrix_scene.build()
    mine = Planter(scene.people[WHO], MINE, [Text(**one) for one in texts])
    foreign = [Planter(scene.people[one], FOREIGN, []) for one in OTHERS]
    for planter in (mine, *foreign):
        planter.profile()
        plant_rights(planter.account, planter.text_for, officer=scene.people["privacy"])
    _complete(scene, scene.people[WHO])
    for planter in (mine, *foreign):
        planter.tables()
    mine.numbers()
    account = Account.objects.get(pk=scene.people[WHO].pk)
    account.set_password(cast.PASSWORD)
    account.save(update_fields=["password"])
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {
        "canaries": as_json([one for planter in (mine, *foreign) for one in planter.canaries]),
        "account_id": account.pk,
        "username": account.username,
        "password": cast.PASSWORD,
        "ids": scene.ids,
        "others": {
            name: signed_in(scene.people[name])["cookie"] for name in ("user", "admin", "blocked", "outsider")
        },
        "unplanted": sorted(_unplanted(account.pk)),
        "too_many": [one.text for one in mine.texts],
    }


def opened(secrets: bool) -> list[str]:
    """Everything at rest that the key store still opens, of everybody: what a thief of the whole server reads.

    `secrets`: also what lies under the server's own key, because when it came nobody knew yet whose it is.
    """
    sealed = [
        (model, name, says.on_erase is Erase.SHRED)
        for model in apps.get_models()
        for name, says in holdings(model).items()
        if says.seen is Seen.SEALED and model._meta.db_table not in BY_THE_SERVER
    ]
    unowned = [(model, name) for model, name, is_theirs in sealed if secrets and not is_theirs]
    found = [text for model, name in unowned for text in _opened_secrets(model, name)]
    found += opened_cases() if secrets else []
    for person in map(_uuid, keystore.store().people()):
        found += [
            text for model, name, is_theirs in sealed if is_theirs for text in _opened(model, name, person)
        ]
    return found


def columns_with(model: type[models.Model], account_id) -> list:
    """The columns of a table, as fields, in which some row has the number of this account."""
    return [
        one
        for one in model._meta.local_concrete_fields
        if one.db_type(connection) == Account._meta.pk.db_type(connection)
        and model._base_manager.filter(**{one.attname: account_id}).exists()
    ]


def numbered(account_id: str) -> list[str]:
    """Where the number of an account still is: "table.column", of every table."""
    return [
        f"{model._meta.db_table}.{column.column}"
        for model in apps.get_models(include_auto_created=True)
        for column in columns_with(model, _uuid(account_id))
    ]


def exported(account_id: str) -> dict:
    """What is held about somebody, as their export has it."""
    return json.loads(b"".join(export_pieces(account_id=_uuid(account_id), now=clock.now())))


def _opened(model: type[models.Model], name: str, person) -> list[str]:
    policy = policy_of(model)
    path = "pk" if policy.subject == "self" else policy.subject
    theirs = {path: person} if path else {}  # What is nobody's account's is tried with every key.
    texts = []
    for sealed in model._base_manager.filter(**theirs).values_list(name, flat=True):
        try:
            value = open_bytes(sealed, person=person, place=f"{model._meta.db_table}.{name}")
        except (keystore.Erased, Unreadable):
            continue
        texts.append(f"{model._meta.db_table}.{name}: {value.decode(errors='replace')}")
    return texts


def _opened_secrets(model: type[models.Model], name: str) -> list[str]:
    place, texts = f"{model._meta.db_table}.{name}", []
    for sealed in model._base_manager.values_list(name, flat=True):
        try:
            texts.append(f"{place}: {open_secret(bytes(sealed), place=place).decode(errors='replace')}")
        except Unreadable:
            continue
    return texts


def _uuid(text: str):
    from uuid import UUID

    return UUID(text)


def _complete(scene: matrix_scene.Scene, someone: cast.Someone) -> None:
    """Add a row about the person to every table that has none yet, within what there is already."""
    known = {
        Family: scene.family,
        Conversation: scene.talk.row,
        Album: Album.objects.get(pk=scene.ids["album_id"]),
        Item: Item.objects.get(pk=scene.ids["item_id"]),
        Part: Part.objects.first(),
    }
    for model in apps.get_models():
        policy = getattr(model, "policy", None)
        about = policy and policy.subject not in ("", "self") and model not in known
        if about and not model._base_manager.filter(**{policy.subject: someone.pk}).exists():
            row_of(model, about=someone.account, known=known)
    LogLine.objects.create(account=someone.account, what="signed_in")


def _unplanted(account_id) -> set[str]:
    """Tables about people in which there is no row about this one."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        if (policy := policy_of(model))
        and policy.subject not in ("", "self")
        and not model._base_manager.filter(**{policy.subject: account_id}).exists()
    }
