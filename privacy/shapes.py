"""How privacy speaks over HTTP: closing, certificate and export; consents, requests, and restriction."""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from privacy.purposes import Choice
from privacy.rights import Agent, Cause, Proof, Right


class EndingFamilyOut(serializers.Serializer):
    """A family, and what it loses with me."""

    family_id = serializers.UUIDField()
    people = serializers.IntegerField()
    alone = serializers.BooleanField()
    last_admin = serializers.BooleanField()
    is_user = serializers.BooleanField()


class EndingAlbumsOut(serializers.Serializer):
    """Albums that end with me, how many of them others see, and what I added to others'."""

    own = serializers.IntegerField()
    shared = serializers.IntegerField()
    items_elsewhere = serializers.IntegerField()


class EndingConversationsOut(serializers.Serializer):
    """Conversations I am in, how many are with one other, and what I said and sent."""

    number = serializers.IntegerField()
    direct = serializers.IntegerField()
    messages = serializers.IntegerField()
    files = serializers.IntegerField()


class GoesOut(serializers.Serializer):
    """Rows that go: a table and the column by which they are about me."""

    what = serializers.CharField()
    rows = serializers.IntegerField()


class StaysOut(serializers.Serializer):
    """What stays, by which article, until when; without an end as long as others need it."""

    what = serializers.CharField()
    article = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    until_words = serializers.CharField()
    by_law = serializers.BooleanField()


class ProofOut(serializers.Serializer):
    """One line of the list of erasures, in hex."""

    n = serializers.IntegerField()
    person = serializers.CharField()
    at = serializers.CharField()
    counts = serializers.CharField()
    previous = serializers.CharField()
    hash = serializers.CharField()


class CertificateOut(serializers.Serializer):
    """What a person can keep of their erasure."""

    kind = serializers.ChoiceField(choices=["closing", "erasure"])
    asked_at = serializers.DateTimeField()
    erased_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField()
    shared = serializers.ChoiceField(choices=["leave", "withdraw"])
    goes = GoesOut(many=True)
    stays = StaysOut(many=True)
    proof = ProofOut(allow_null=True)


class ClosingOut(serializers.Serializer):
    """What closing my account means. `due_at`: when it is erased, if I asked for that."""

    families = EndingFamilyOut(many=True)
    albums = EndingAlbumsOut()
    conversations = EndingConversationsOut()
    stations = serializers.IntegerField()
    grace_days = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)
    by_mail = serializers.BooleanField()
    certificate = CertificateOut()
    text = serializers.CharField()


class ExportTableOut(serializers.Serializer):
    """The rows about me of one table, by column."""

    table = serializers.CharField()
    rows = serializers.ListField(child=serializers.DictField())


class RecipientOut(serializers.Serializer):
    """A company that works for us, under an agreement of that day."""

    name = serializers.CharField()
    kind = serializers.CharField()
    does = serializers.CharField()
    country = serializers.CharField()
    agreement = serializers.CharField()
    agreed_on = serializers.DateField()


class ExportOut(serializers.Serializer):
    """Everything that is held of me; how each table looks is in the schema of an export."""

    account_id = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    recipients = RecipientOut(many=True)
    tables = ExportTableOut(many=True)


class ConsentOut(serializers.Serializer):
    """An optional purpose: the words that are asked, in my language, and what I last said about it.

    `text_hash` names the very words; giving consent sends it back. `allowed`: it happens now. After a change
    of the words `state` can be "given" without it being allowed: then the new words are asked.
    """

    purpose = serializers.ChoiceField(choices=[one.value for one in Choice])
    title = serializers.CharField()
    text = serializers.CharField()
    version = serializers.IntegerField()
    language = serializers.CharField()
    text_hash = serializers.CharField()
    state = serializers.ChoiceField(choices=["never", "given", "withdrawn", "objected"])
    allowed = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)


ConsentsOut = inline_serializer("Consents", {"items": ConsentOut(many=True)})


class RequestLineOut(serializers.Serializer):
    """Something that was said about a request: by me, by somebody of the staff, by who asks it for me."""

    at = serializers.DateTimeField()
    by = serializers.ChoiceField(choices=["person", "staff", "agent"])
    text = serializers.CharField()


class RefusalOut(serializers.Serializer):
    """Why it was refused, and by which article."""

    code = serializers.CharField()
    text = serializers.CharField()
    article = serializers.CharField()


class AuthorityOut(serializers.Serializer):
    """The supervisory authority of my country."""

    name = serializers.CharField()
    site = serializers.URLField()


class MandateOut(serializers.Serializer):
    """Who asks it for me. While `holds` is false nothing is done for them; `revoked_at`: I said they may not.

    What was seen of their proof (`proof`, of the day `proof_on`) covers `scope`, until `ends_on` if it ends.
    """

    agent = serializers.ChoiceField(source="mandate.agent", choices=[one.value for one in Agent])
    name = serializers.CharField(source="agent_name")
    holds = serializers.BooleanField(source="mandate.is_checked")
    proof = serializers.ChoiceField(
        source="mandate.proof", choices=["", *(one.value for one in Proof)], allow_blank=True
    )
    proof_on = serializers.DateField(source="mandate.proof_on", allow_null=True)
    scope = serializers.ListField(
        source="mandate.scope", child=serializers.ChoiceField(choices=[one.value for one in Right])
    )
    ends_on = serializers.DateField(source="mandate.ends_on", allow_null=True)
    checked_at = serializers.DateTimeField(source="mandate.checked_at", allow_null=True)
    revoked_at = serializers.DateTimeField(source="mandate.revoked_at", allow_null=True)


class RequestOut(serializers.Serializer):
    """What I asked or complain about. `days_left` counts down to `due_on`; negative: it is late.

    `remedy` says where else I can go, once there is an answer, a refusal, or more time was taken. `mandate`:
    somebody else asks it for me.
    """

    id = serializers.UUIDField(source="request.id")
    kind = serializers.ChoiceField(source="request.kind", choices=[one.value for one in Right])
    filed_at = serializers.DateTimeField(source="request.created_at")
    due_on = serializers.DateField(source="request.due_on")
    days_left = serializers.IntegerField()
    extended_at = serializers.DateTimeField(source="request.extended_at", allow_null=True)
    acknowledge_on = serializers.DateField(source="request.acknowledge_on", allow_null=True)
    acknowledged_at = serializers.DateTimeField(source="request.acknowledged_at", allow_null=True)
    outcome = serializers.ChoiceField(
        source="request.outcome", choices=["", "answered", "refused", "withdrawn"], allow_blank=True
    )
    closed_at = serializers.DateTimeField(source="request.closed_at", allow_null=True)
    lines = RequestLineOut(many=True)
    refusal = RefusalOut(allow_null=True)
    authority = AuthorityOut()
    remedy = serializers.CharField()
    mandate = MandateOut(source="asked_by", allow_null=True)


RequestsOut = inline_serializer("Requests", {"items": RequestOut(many=True)})


class RestrictionOut(serializers.Serializer):
    """Whether my data are only stored, since when and why, and when that ends if it was told to end."""

    restricted = serializers.BooleanField()
    cause = serializers.ChoiceField(choices=[one.value for one in Cause], allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class MyCategoryOut(serializers.Serializer):
    """One kind of what is kept about me, in words; `rows` about me in which there may be some of it."""

    category = serializers.CharField()
    what = serializers.CharField()
    purposes = serializers.ListField(child=serializers.CharField())
    bases = serializers.ListField(child=serializers.CharField())
    readers = serializers.ListField(child=serializers.CharField())
    terms = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField()
    correct = serializers.ChoiceField(choices=["me", "family", "said", "nowhere"])
    correct_words = serializers.CharField()
    erase_words = serializers.ListField(child=serializers.CharField())


class MyStoreOut(serializers.Serializer):
    """What is kept beside the database."""

    what = serializers.CharField()
    purpose = serializers.CharField()
    reader = serializers.CharField()
    term = serializers.CharField()


class MyRecipientOut(serializers.Serializer):
    """For what something is sent elsewhere, and what."""

    what_for = serializers.CharField()
    receives = serializers.ListField(child=serializers.CharField())


class MyProcessorOut(serializers.Serializer):
    """A company that works for us."""

    name = serializers.CharField()
    what_for = serializers.CharField()
    country = serializers.CharField()
    agreed_on = serializers.DateField()


class MyDataOut(serializers.Serializer):
    """What is kept about me."""

    categories = MyCategoryOut(many=True)
    beside = MyStoreOut(many=True)
    recipients = MyRecipientOut(many=True)
    processors = MyProcessorOut(many=True)
