import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prifora.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0003_consents_requests_and_restrictions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Idle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_on", models.DateField()),
                ("warned_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("warned_again_on", models.DateField(null=True)),
                ("closing", models.BooleanField(default=False)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["closes_on"], name="idle_by_end")]},
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("begins_on", models.DateField()),
                ("part", models.PositiveSmallIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                ("told_on", models.DateField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={"abstract": False},
        ),
    ]
