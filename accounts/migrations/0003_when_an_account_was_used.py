import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Accounts that are there count as used on the day of this migration."""

    dependencies = [("accounts", "0002_signed_keys")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="used_on",
            field=models.DateField(default=django.utils.timezone.localdate),
        ),
        migrations.AddIndex(
            model_name="account", index=models.Index(fields=["used_on"], name="accounts_by_use")
        ),
    ]
