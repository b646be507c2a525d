from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="return_url",
            field=models.CharField(blank=True, max_length=1000),
        ),
    ]
