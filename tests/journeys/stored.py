"""What the operator of a server finds in the database, and can do to it; run by `server.call`."""

from django.utils import timezone

from accounts import services
from accounts.models import Account
from chat.models import ArchiveRecord, Entry
from contacts.models import Bond, Family
from recovery.models import Outcome, Recovery
from tests import cast


def entry(*, seq: int) -> dict:
    """Return one line of the talk of everybody: bytes in hex, its fingerprint as clients write it."""
    found = Entry.objects.get(conversation__everyone=True, seq=seq)
    copy = ArchiveRecord.objects.filter(conversation=found.conversation, seq=seq).first()
    archive = [bytes(copy.record).hex(), bytes(copy.signature).hex()] if copy else []
    return {"body": bytes(found.body).hex(), "ident": cast.b64(bytes(found.ident)), "archive": archive}


def add_ghost() -> None:
    """Put somebody with keys into the family whom nobody of it ever let in."""
    Bond.objects.create(family=Family.objects.get(), account=cast.person("gerard").account)


def end_the_wait() -> None:
    """Let the time to say no be over for everybody who asks to come back."""
    Recovery.objects.filter(outcome=Outcome.OPEN).update(wait_until=timezone.now())


def speak(*, username: str, language: str) -> None:
    """Let somebody read another language."""
    services.change_profile(account=Account.objects.get(username=username), changes={"language": language})
