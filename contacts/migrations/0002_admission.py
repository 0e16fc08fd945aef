from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.AddField("family", "founder_ref", models.UUIDField(null=True)),
        migrations.AddField("family", "founder_aik", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("family", "retention_days", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("bond", "admission", models.JSONField(null=True)),
        migrations.AddField(
            "invitation", "key", models.BinaryField(default=b"", max_length=32), preserve_default=False
        ),
        migrations.AddField(
            "invitation",
            "history",
            models.CharField(choices=[("start", "Start"), ("today", "Today")], default="today", max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            "invitation", "signature", models.BinaryField(default=b"", max_length=64), preserve_default=False
        ),
    ]
