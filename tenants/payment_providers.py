"""Who may take the money of an agency's customers."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaymentProvider(TextChoices):
    """The drivers of ``tenants.billing.gateways``."""

    SANDBOX = "SANDBOX", _("Trial run, without money")
    STRIPE = "STRIPE", _("Stripe")
    BANK_TRANSFER = "BANK_TRANSFER", _("Bank transfer")
