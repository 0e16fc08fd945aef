import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import prifora.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_admission")]

    operations = [
        migrations.CreateModel(
            name="Forebear",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("account_id", models.UUIDField()),
                ("admission", models.JSONField()),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forebears",
                        to="contacts.family",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("family", "account_id"), name="one_forebear")
                ],
            },
        ),
    ]
