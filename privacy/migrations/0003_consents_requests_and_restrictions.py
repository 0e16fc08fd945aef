import django.db.models.deletion
import django.utils.timezone
import prifora.kernel.ids
from django.conf import settings
from django.db import migrations, models


SAME = (*("id", "created_at", "person", "purpose", "n", "act", "version", "text_hash", "language", "how"),)
"""The columns of a consent that nothing changes."""

KEPT_SQLITE = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in SAME)
KEPT_POSTGRES = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in SAME)
PARTED = "NEW.account_id IS NULL AND (OLD.closed_at IS NULL OR NEW.closed_at = OLD.closed_at)"
"""The one change there is: whose it was is emptied, and when that was is noted, once."""

GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON privacy_consent "
        f"WHEN NOT ({PARTED} AND {KEPT_SQLITE}) "
        "BEGIN SELECT RAISE(ABORT, 'consents are not changed'); END",
        "CREATE TRIGGER consents_are_not_deleted BEFORE DELETE ON privacy_consent "
        "WHEN OLD.closed_at IS NULL BEGIN SELECT RAISE(ABORT, 'consents are not deleted'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION consents_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'consents are not changed'; END $$",
        f"CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON privacy_consent FOR EACH ROW "
        f"WHEN (NOT ({PARTED} AND {KEPT_POSTGRES})) EXECUTE FUNCTION consents_stay()",
        "CREATE TRIGGER consents_are_not_deleted BEFORE DELETE ON privacy_consent FOR EACH ROW "
        "WHEN (OLD.closed_at IS NULL) EXECUTE FUNCTION consents_stay()",
    ),
}
UNGUARDS = {
    "sqlite": ("DROP TRIGGER consents_are_not_changed", "DROP TRIGGER consents_are_not_deleted"),
    "postgresql": (
        "DROP TRIGGER consents_are_not_changed ON privacy_consent",
        "DROP TRIGGER consents_are_not_deleted ON privacy_consent",
        "DROP FUNCTION consents_stay()",
    ),
}


def guard(_apps, editor):
    """Let the database itself refuse every change of a consent, and deleting one before its time."""
    for statement in GUARDS[editor.connection.vendor]:
        editor.execute(statement)


def unguard(_apps, editor):
    for statement in UNGUARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0002_close_and_erase"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "access"),
                            ("rectification", "rectification"),
                            ("erasure", "erasure"),
                            ("restriction", "restriction"),
                            ("objection", "objection"),
                            ("portability", "portability"),
                            ("review", "review"),
                            ("complaint", "complaint"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("app", "app"),
                            ("station", "station"),
                            ("letter", "letter"),
                            ("mail", "mail"),
                            ("phone", "phone"),
                        ],
                        max_length=8,
                    ),
                ),
                ("due_on", models.DateField()),
                ("extended_at", models.DateTimeField(null=True)),
                ("acknowledge_on", models.DateField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("reminded", models.PositiveSmallIntegerField(default=0)),
                ("late_at", models.DateTimeField(null=True)),
                ("unheard_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "answered"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("identity", "identity"),
                            ("excessive", "excessive"),
                            ("others", "others"),
                            ("law", "law"),
                            ("claims", "claims"),
                            ("not_here", "not_here"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": (models.OrderBy(models.F("closed_at"), nulls_first=True), "due_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="RequestLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("n", models.PositiveSmallIntegerField()),
                ("by", models.CharField(choices=[("person", "person"), ("staff", "staff")], max_length=8)),
                ("sealed", models.BinaryField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="privacy.request",
                    ),
                ),
            ],
            options={
                "ordering": ("n",),
                "constraints": [models.UniqueConstraint(fields=("request", "n"), name="lines_in_order")],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("incorrect", "incorrect"),
                            ("unlawful", "unlawful"),
                            ("claims", "claims"),
                            ("objection", "objection"),
                        ],
                        max_length=16,
                    ),
                ),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("person", models.BinaryField(max_length=32)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("news_letters", "news_letters"),
                            ("news_mail", "news_mail"),
                            ("use_counts", "use_counts"),
                        ],
                        max_length=20,
                    ),
                ),
                ("n", models.PositiveIntegerField()),
                (
                    "act",
                    models.CharField(
                        choices=[("given", "given"), ("withdrawn", "withdrawn"), ("objected", "objected")],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("text_hash", models.BinaryField(max_length=32)),
                (
                    "language",
                    models.CharField(choices=[("nl", "nl"), ("fr", "fr"), ("en", "en")], max_length=2),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("app", "app"), ("station", "station"), ("request", "request")], max_length=8
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "purpose", "n"), name="consents_in_order")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["account", "-created_at"], name="requests_of_person"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["due_on"], name="requests_open"
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
