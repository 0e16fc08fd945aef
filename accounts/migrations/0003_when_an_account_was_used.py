from django.db import migrations, models

from prifora.kernel.terms import today


class Migration(migrations.Migration):
    """Accounts that are there count as used on the day of this migration."""

    dependencies = [("accounts", "0002_signed_keys")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="used_on",
            field=models.DateField(default=today),
        ),
        migrations.AddIndex(
            model_name="account", index=models.Index(fields=["used_on"], name="accounts_by_use")
        ),
    ]
