"""Plans with their limits, and what each agency subscribed to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.states import SubscriptionStatus, Tier


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
    """One period of an agency's subscription; the open one has no end."""

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
    started_at = models.DateTimeField(_("started"))
    trial_until = models.DateTimeField(_("trial until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(ended_at=None),
                name="one_open_subscription",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.tier}"
