"""Give subscriptions their life, and agencies limits of their own."""

from __future__ import annotations

from datetime import timedelta

import tenants.models.agencies
from django.db import migrations, models


def give_periods(apps, schema_editor):
    """Give subscriptions their periods, and suspended agencies their cause."""
    subscriptions = apps.get_model("tenants", "Subscription").objects
    for row in subscriptions.filter(period_start=None):
        until = row.trial_until or row.ended_at or row.started_at + timedelta(days=30)
        row.period_start = row.started_at
        row.period_end = max(until, row.started_at + timedelta(seconds=1))
        row.billing_day = row.period_end.day
        row.next_billing_at = None if row.ended_at else row.period_end
        if row.status == "PAST_DUE":
            row.grace_until = row.period_end + timedelta(days=14)
        row.save()
    due = apps.get_model("tenants", "DueWork").objects
    for row in subscriptions.filter(ended_at=None):
        values = {"agency_id": row.agency_id, "due_at": row.period_end}
        due.get_or_create(kind="tenants.end_period", key=row.public_id, defaults=values)
        if row.status in {"TRIAL", "PAST_DUE"}:
            values = {"agency_id": row.agency_id, "due_at": row.period_end - timedelta(days=7)}
            due.get_or_create(kind="tenants.remind_subscription", key=row.public_id, defaults=values)
    agencies = apps.get_model("tenants", "Agency").objects
    agencies.filter(state="SUSPENDED").update(suspension_cause="STAFF")


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0006_schema_migrations'),
    ]

    operations = [
        migrations.AddField(
            model_name='agency',
            name='limit_overrides',
            field=models.JSONField(blank=True, default=dict, verbose_name='limits of its own'),
        ),
        migrations.AddField(
            model_name='agency',
            name='limit_warnings',
            field=models.JSONField(blank=True, default=dict, verbose_name='warned about limits'),
        ),
        migrations.AddField(
            model_name='agency',
            name='suspension_cause',
            field=models.CharField(blank=True, choices=[('', 'not suspended'), ('STAFF', 'Spotex staff'), ('BILLING', 'subscription')], default='', max_length=10, verbose_name='suspended by'),
        ),
        migrations.AddField(
            model_name='agency',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='subscription',
            name='amount_minor',
            field=models.PositiveIntegerField(default=0, verbose_name='amount to pay (cents)'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='billing_day',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='day of the month on which periods begin'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='cancel_requested_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='cancellation asked for'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='grace_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='grace until'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='next_billing_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='next billing'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='next_tier',
            field=models.CharField(blank=True, choices=[('STARTER', 'Starter'), ('STANDARD', 'Standard'), ('PREMIUM', 'Premium'), ('BUSINESS', 'Business'), ('ENTERPRISE', 'Enterprise')], max_length=20, verbose_name='planned tier'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='paid_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='paid'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='payment_due_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='payable until'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='payment_method',
            field=models.CharField(choices=[('BANK_TRANSFER', 'Bank transfer')], default='BANK_TRANSFER', max_length=20, verbose_name='payment method'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='payment_reference',
            field=models.CharField(blank=True, max_length=80, verbose_name='payment reference'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='period_end',
            field=models.DateTimeField(null=True, verbose_name='period until'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='period_start',
            field=models.DateTimeField(null=True, verbose_name='period from'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='reminders_sent',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='reminders sent'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.RunPython(give_periods, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='subscription',
            name='billing_day',
            field=models.PositiveSmallIntegerField(verbose_name='day of the month on which periods begin'),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='period_end',
            field=models.DateTimeField(verbose_name='period until'),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='period_start',
            field=models.DateTimeField(verbose_name='period from'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'SUSPENDED'), ('suspension_cause__in', ['STAFF', 'BILLING'])), models.Q(models.Q(('state', 'SUSPENDED'), _negated=True), ('suspension_cause', '')), _connector='OR'), name='suspension_has_cause'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(tenants.models.agencies.JsonIsObject('limit_overrides'), tenants.models.agencies.JsonIsObject('limit_warnings')), name='limits_by_name'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gt', models.F('period_start'))), name='subscription_period_has_length'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('next_tier', ''), ('cancel_requested_at', None), _connector='OR'), name='one_planned_change'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'PAST_DUE'), _negated=True), ('grace_until__isnull', False), _connector='OR'), name='past_due_has_grace'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('amount_minor', 0), ('paid_at__isnull', False), ('status', 'CANCELLED'), _connector='OR'), name='closed_subscription_owes_nothing'),
        ),
    ]
