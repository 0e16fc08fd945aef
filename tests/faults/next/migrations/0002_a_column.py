from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("next", "0001_thanks")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE chat_entry ADD COLUMN thanked integer NOT NULL DEFAULT 0",
                "ALTER TABLE accounts_account ADD COLUMN thanked integer NOT NULL DEFAULT 0",
            ],
            migrations.RunSQL.noop,
        ),
    ]
