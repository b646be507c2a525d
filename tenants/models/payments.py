"""Where agencies' money goes, and what payment providers told us."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel
from tenants.payment_providers import PaymentProvider

REFERENCE_MAX_LENGTH: Final = 120


class PaymentAccount(TimestampedModel):
    """An agency's choice of provider; public, since messages of a provider name only the account."""

    agency = models.OneToOneField(
        "tenants.Agency", on_delete=models.CASCADE, related_name="payment_account"
    )
    provider = models.CharField(_("provider"), max_length=20, choices=PaymentProvider)
    account = models.CharField(
        _("account at the provider"), max_length=REFERENCE_MAX_LENGTH, blank=True
    )
    """Kept when another provider is chosen: what was paid through it may still go back."""

    is_ready = models.BooleanField(_("may take money"), default=False)
    """Whether the provider lets the account take money; only of meaning where there is one."""

    holder = models.CharField(_("account holder"), max_length=120, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)

    class Meta:
        verbose_name = _("payment account")
        verbose_name_plural = _("payment accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=~Q(account=""),
                name="one_agency_for_each_payment_account",
            ),
            models.CheckConstraint(
                condition=~Q(provider=PaymentProvider.STRIPE) | ~Q(account=""),
                name="stripe_needs_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.account}".strip()


class ProviderEvent(TimestampedModel):
    """A message of a provider: stored first, applied afterwards, however often it comes.

    One that fits nothing of ours stays here, with the reason, until somebody looks.
    """

    provider = models.CharField(_("provider"), max_length=20, choices=PaymentProvider)
    account = models.CharField(
        _("account at the provider"), max_length=REFERENCE_MAX_LENGTH, blank=True
    )
    event_id = models.CharField(_("message"), max_length=REFERENCE_MAX_LENGTH)
    kind = models.CharField(_("kind"), max_length=80)
    subject = models.CharField(_("about"), max_length=REFERENCE_MAX_LENGTH, blank=True)
    payload = models.JSONField(_("content"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    trouble = models.CharField(_("why not"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("provider message")
        verbose_name_plural = _("provider messages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "account", "event_id"], name="one_row_per_provider_event"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="provider_event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
