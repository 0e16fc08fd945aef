import django.utils.timezone
from django.db import migrations, models

import prifora.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_what_the_sweep_knows")]

    operations = [
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("account_ref", models.UUIDField(unique=True)),
                ("due_at", models.DateTimeField()),
                ("withdraw", models.BooleanField(default=False)),
                ("done", models.CharField(blank=True, default="", max_length=80)),
                ("names", models.JSONField(default=list)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ErasureLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prifora.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("n", models.PositiveBigIntegerField(unique=True)),
                ("person", models.BinaryField(max_length=32, unique=True)),
                ("at", models.CharField(max_length=40)),
                ("counts", models.TextField()),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={"abstract": False},
        ),
    ]
