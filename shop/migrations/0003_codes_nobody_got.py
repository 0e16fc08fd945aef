from django.db import migrations, models

from prifora.kernel.upgrading import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shop", "0002_days_for_outages"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="duecode", name="codes_to_mail"),
        AddIndexMeanwhile(
            model_name="duecode",
            index=models.Index(
                condition=models.Q(("mailed_at", None)), fields=["mail_due_at"], name="codes_to_mail"
            ),
        ),
    ]
