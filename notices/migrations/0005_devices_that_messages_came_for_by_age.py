from django.db import migrations, models

from prifora.kernel.upgrading import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notices", "0004_devices_that_messages_came_for")]

    operations = [
        AddIndexMeanwhile(
            model_name="pushtarget",
            index=models.Index(
                condition=models.Q(("news_at__isnull", False)),
                fields=["due_at"],
                name="push_targets_with_news",
            ),
        ),
    ]
