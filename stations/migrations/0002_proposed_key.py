from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial")]

    operations = [
        migrations.AddField("pairing", "aik", models.BinaryField(max_length=32, null=True)),
    ]
