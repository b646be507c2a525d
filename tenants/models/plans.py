"""Plans with their limits, and what each agency subscribed to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.states import PaymentMethod, SubscriptionStatus, Tier


class Plan(TimestampedModel):
    """A tier and its limits; -1 means no limit. Staff edits the figures in the admin."""

    public_id = public_id_field("plan")
    tier = models.CharField(_("tier"), max_length=20, choices=Tier, unique=True)
    price_minor = models.PositiveIntegerField(_("price a month (cents)"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    customers = models.IntegerField(_("customers"))
    sites = models.IntegerField(_("sites"))
    storage_gb = models.IntegerField(_("storage (GB)"))
    mailboxes = models.IntegerField(_("mailboxes"))
    spaces = models.IntegerField(_("bookable spaces"))
    products = models.IntegerField(_("products"))
    marketplaces = models.IntegerField(_("marketplaces"))
    ai_credits = models.IntegerField(_("AI credits a month"))
    custom_domains = models.IntegerField(_("own domains"))
    api_requests_per_minute = models.IntegerField(_("API requests a minute"))
    backup_days = models.IntegerField(_("days that backups are kept"))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.get_tier_display()

    @property
    def name(self) -> str:
        """The tier's name for people."""
        return self.get_tier_display()


class Subscription(TimestampedModel):
    """One stretch of an agency's subscription at one price; the present one has no end.

    A month, a trial, or what follows an upgrade within a month. ``period_start`` and
    ``period_end`` are those of the whole billing period, ``started_at`` and ``ended_at`` those of
    the stretch. A closed row owes nothing: what was open is carried into the next one.
    """

    public_id = public_id_field("sub")
    agency = models.ForeignKey(
        "tenants.Agency",
        on_delete=models.CASCADE,
        related_name="subscriptions",
    )
    tier = models.CharField(_("tier"), max_length=20, choices=Tier)
    status = models.CharField(_("status"), max_length=20, choices=SubscriptionStatus)
    price_minor = models.PositiveIntegerField(_("price a month (cents)"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    payment_method = models.CharField(
        _("payment method"),
        max_length=20,
        choices=PaymentMethod,
        default=PaymentMethod.BANK_TRANSFER,
    )
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    trial_until = models.DateTimeField(_("trial until"), null=True, blank=True)
    period_start = models.DateTimeField(_("period from"))
    period_end = models.DateTimeField(_("period until"))
    billing_day = models.PositiveSmallIntegerField(_("day of the month on which periods begin"))
    next_billing_at = models.DateTimeField(_("next billing"), null=True, blank=True)
    amount_minor = models.PositiveIntegerField(_("amount to pay (cents)"), default=0)
    payment_due_at = models.DateTimeField(_("payable until"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    payment_reference = models.CharField(_("payment reference"), max_length=80, blank=True)
    grace_until = models.DateTimeField(_("grace until"), null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    next_tier = models.CharField(_("planned tier"), max_length=20, choices=Tier, blank=True)
    cancel_requested_at = models.DateTimeField(_("cancellation asked for"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(ended_at=None),
                name="one_open_subscription",
            ),
            models.CheckConstraint(
                condition=models.Q(period_end__gt=models.F("period_start")),
                name="subscription_period_has_length",
            ),
            models.CheckConstraint(
                condition=models.Q(next_tier="") | models.Q(cancel_requested_at=None),
                name="one_planned_change",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="PAST_DUE") | models.Q(grace_until__isnull=False),
                name="past_due_has_grace",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None)
                | models.Q(amount_minor=0)
                | models.Q(paid_at__isnull=False)
                | models.Q(status="CANCELLED"),
                name="closed_subscription_owes_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.tier}"

    @property
    def state(self) -> str:
        """The status, under the name that state machines use."""
        return self.status

    @state.setter
    def state(self, value: str) -> None:
        self.status = value

    @property
    def is_owed(self) -> bool:
        """Tell whether money is expected."""
        return self.amount_minor > 0 and self.paid_at is None
