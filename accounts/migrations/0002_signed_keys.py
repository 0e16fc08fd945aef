import django.db.models.deletion
import django.utils.timezone
import prifora.kernel.ids
from django.db import migrations, models

MADE = [
    (
        "id",
        models.UUIDField(
            default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
        ),
    ),
    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="vaultslot", name="one_slot_of_a_kind"),
        migrations.AddField(
            model_name="vault", name="aek_version", field=models.PositiveIntegerField(default=1)
        ),
        migrations.AddField(
            model_name="vault",
            name="aek_signature",
            field=models.BinaryField(default=b"", max_length=64),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="vault", name="sealed_keys", field=models.BinaryField(max_length=32768)
        ),
        migrations.AddField(
            model_name="vault", name="list_version", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="vault", name="list_body", field=models.BinaryField(default=bytes, max_length=2048)
        ),
        migrations.AddField(
            model_name="vault", name="list_signature", field=models.BinaryField(default=bytes, max_length=64)
        ),
        migrations.RenameField(model_name="vaultslot", old_name="kind", new_name="name"),
        migrations.AlterField(model_name="vaultslot", name="name", field=models.CharField(max_length=80)),
        migrations.AlterField(
            model_name="vaultslot", name="sealed", field=models.BinaryField(max_length=256)
        ),
        migrations.AddField(
            model_name="vaultslot",
            name="public_key",
            field=models.BinaryField(default=b"", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="vaultslot", name="auth_key", field=models.BinaryField(max_length=32, null=True)
        ),
        migrations.AddConstraint(
            model_name="vaultslot",
            constraint=models.UniqueConstraint(fields=("vault", "name"), name="one_slot_of_a_name"),
        ),
        migrations.AddField(
            model_name="device",
            name="box_key",
            field=models.BinaryField(default=b"", max_length=32),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Ring",
            fields=[
                *MADE,
                ("n", models.PositiveIntegerField()),
                ("sealed", models.BinaryField(max_length=65536)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ring",
                        to="accounts.account",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                *MADE,
                ("lookup_hash", models.BinaryField(max_length=32, unique=True)),
                ("proof", models.BinaryField(max_length=32)),
                ("box_key", models.BinaryField(max_length=32)),
                ("auth_key", models.BinaryField(max_length=65)),
                ("sealed_name", models.BinaryField(max_length=512)),
                ("expires_at", models.DateTimeField()),
                ("box", models.BinaryField(max_length=1024, null=True)),
                ("box_proof", models.BinaryField(max_length=32, null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="SheetChallenge",
            fields=[*MADE, ("nonce_hash", models.BinaryField(max_length=32, unique=True))],
            options={"abstract": False},
        ),
    ]
