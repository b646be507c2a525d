"""Payments of an agency's customers; each agency's schema has its own."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spotex.kernel.ids import MAX_LENGTH
from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.billing.states import LIVE, Decision, PaymentState, RefundState, SubjectKind
from tenants.models.payments import REFERENCE_MAX_LENGTH
from tenants.payment_providers import PaymentProvider

FAILURE_MAX_LENGTH: Final = 300
RETURN_URL_MAX_LENGTH: Final = 1_000


class Payment(TimestampedModel):
    """Money asked for one thing; a new attempt after a final failure is another payment."""

    public_id = public_id_field("pay")
    subject_kind = models.CharField(_("what for"), max_length=20, choices=SubjectKind)
    subject = models.CharField(_("paid thing"), max_length=MAX_LENGTH)
    part = models.PositiveSmallIntegerField(_("part"), default=0)
    """A thing may be paid in parts, one after the other, such as a deposit and the rest."""

    description = models.CharField(_("description"), max_length=200)
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
        verbose_name=_("customer"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="it")
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    provider = models.CharField(_("provider"), max_length=20, choices=PaymentProvider)
    account = models.CharField(max_length=REFERENCE_MAX_LENGTH, blank=True)
    reference = models.CharField(
        _("reference at the provider"), max_length=REFERENCE_MAX_LENGTH, blank=True
    )
    return_url = models.CharField(max_length=RETURN_URL_MAX_LENGTH, blank=True)
    """Where the payer comes back to from the provider's own page; "" where none is wanted."""

    state = models.CharField(
        _("state"), max_length=20, choices=PaymentState, default=PaymentState.REQUIRES_PAYMENT
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision, default=Decision.NONE, blank=True
    )
    failure_code = models.CharField(max_length=60, blank=True)
    failure = models.CharField(_("what went wrong"), max_length=FAILURE_MAX_LENGTH, blank=True)
    expires_at = models.DateTimeField(_("open until"), null=True, blank=True)
    authorised_at = models.DateTimeField(_("approved"), null=True, blank=True)
    captured_at = models.DateTimeField(_("paid"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_has_amount"),
            models.UniqueConstraint(
                fields=["subject", "part"],
                condition=Q(state__in=sorted(LIVE)),
                name="one_live_payment_of_a_part",
            ),
            models.UniqueConstraint(
                fields=["provider", "account", "reference"],
                condition=~Q(reference=""),
                name="one_payment_per_reference",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-created_at"], name="payment_of_customer"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Refund(TimestampedModel):
    """Money that goes back; its own id is the key under which the provider is asked."""

    public_id = public_id_field("ref")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    cause = models.CharField(max_length=60)
    """What asked for it: the same cause never gives money back twice."""

    amount_minor = models.PositiveBigIntegerField(_("amount"))
    reason = models.CharField(_("why"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RefundState, default=RefundState.PENDING
    )
    reference = models.CharField(
        _("reference at the provider"), max_length=REFERENCE_MAX_LENGTH, blank=True
    )
    failure = models.CharField(_("what went wrong"), max_length=FAILURE_MAX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_has_amount"),
            models.UniqueConstraint(fields=["payment", "cause"], name="one_refund_per_cause"),
        ]

    def __str__(self) -> str:
        return self.public_id


class SandboxIntent(TimestampedModel):
    """What the trial provider knows: its own books, apart from ours."""

    reference = models.CharField(_("reference"), max_length=REFERENCE_MAX_LENGTH, unique=True)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(
        _("state"), max_length=20, choices=PaymentState, default=PaymentState.REQUIRES_PAYMENT
    )
    failure_code = models.CharField(max_length=60, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    """When a payment that takes its time is approved."""

    refunded_minor = models.PositiveBigIntegerField(_("given back"), default=0)
    refunds = models.JSONField(default=dict)
    """Amounts by the key under which they were asked for."""

    class Meta:
        verbose_name = _("payment at the trial provider")
        verbose_name_plural = _("payments at the trial provider")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("amount_minor")),
                name="sandbox_refund_is_no_gift",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
