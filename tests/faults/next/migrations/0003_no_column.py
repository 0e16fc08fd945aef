from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("next", "0002_a_column")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE chat_entry DROP COLUMN thanked",
                "ALTER TABLE accounts_account DROP COLUMN thanked",
            ],
            migrations.RunSQL.noop,
        ),
    ]
