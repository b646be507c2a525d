from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tenants", "0015_mails_with_files")]

    operations = [
        migrations.RemoveConstraint(
            model_name="paymentaccount", name="one_agency_per_payment_account"
        ),
        migrations.AddField(
            model_name="paymentaccount",
            name="is_ready",
            field=models.BooleanField(default=False, verbose_name="may take money"),
        ),
        migrations.AddConstraint(
            model_name="paymentaccount",
            constraint=models.UniqueConstraint(
                condition=~Q(account=""),
                fields=("account",),
                name="one_agency_for_each_payment_account",
            ),
        ),
    ]
