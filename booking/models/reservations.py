"""Holds, reservations and blocks: why a claim was made, and for whom."""

from __future__ import annotations

import secrets
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Space
from booking.prices import Price, read_price_lines, write_price_lines
from booking.states import Frequency, HoldEnd, PaymentRule, ReservationState
from spotex.kernel.models import TimestampedModel, public_id_field

BOOKER_MAX_LENGTH: Final = 60
_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 8


def new_code() -> str:
    """Return a code that can be read out on the phone: no letter looks like a digit."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


class Priced(TimestampedModel):
    """Something with a price that does not change any more, and how it came about."""

    total_minor = models.PositiveBigIntegerField(_("total"), default=0)
    vat_minor = models.PositiveBigIntegerField(_("VAT in it"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_lines = models.JSONField(_("how the price came about"), default=list)

    class Meta:
        abstract = True

    @property
    def price(self) -> Price:
        """The price as the rest of the context knows it."""
        return Price(
            total_minor=self.total_minor,
            vat_minor=self.vat_minor,
            currency=self.currency,
            lines=read_price_lines(self.price_lines),
        )

    @price.setter
    def price(self, price: Price) -> None:
        self.total_minor, self.vat_minor = price.total_minor, price.vat_minor
        self.currency, self.price_lines = price.currency, write_price_lines(price)


class Hold(Priced):
    """A space kept free for one person for some minutes; its claim ends by its own clock.

    So does its price: what was shown counts as long as the hold lasts.
    """

    public_id = public_id_field("hold")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="holds")
    claim = models.BigIntegerField()
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    booker = models.CharField(_("held by"), max_length=BOOKER_MAX_LENGTH)
    expires_at = models.DateTimeField(_("until"))
    end = models.CharField(_("end"), max_length=10, choices=HoldEnd, blank=True)
    is_member_price = models.BooleanField(_("price for members"), default=False)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="hold_has_time"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["booker", "expires_at"], name="hold_of_booker"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Series(TimestampedModel):
    """Reservations that were made together because a stay repeats."""

    public_id = public_id_field("ser")
    frequency = models.CharField(_("repeats"), max_length=10, choices=Frequency)
    every = models.PositiveSmallIntegerField(_("every"), default=1)
    booker = models.CharField(_("booked by"), max_length=BOOKER_MAX_LENGTH)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return self.public_id


class Reservation(Priced):
    """A stay that somebody asked for, and what became of it."""

    public_id = public_id_field("res")
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="reservations")
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("customer"),
    )
    series = models.ForeignKey(
        Series,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("series"),
    )
    claim = models.BigIntegerField()
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=ReservationState, default=ReservationState.CONFIRMED
    )
    booker = models.CharField(_("booked by"), max_length=BOOKER_MAX_LENGTH)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=5, default="it")
    notes = models.TextField(_("notes"), max_length=1_000, blank=True)
    internal_notes = models.TextField(_("internal notes"), max_length=1_000, blank=True)
    """The agency's own; who comes never sees them."""

    payment_rule = models.CharField(_("payment"), max_length=10, choices=PaymentRule)
    # The terms as they were when it was booked: the space may have others since.
    free_cancel_hours = models.PositiveSmallIntegerField(
        _("cancelled free of charge until hours before"), default=24
    )
    late_refund_percent = models.PositiveSmallIntegerField(
        _("given back when cancelled later, in %"), default=0
    )
    # Where the agency agrees to each stay: until when it may, when it did, and what it said.
    answer_by = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("the agency’s words"), max_length=500, blank=True)
    pay_by = models.DateTimeField(_("to be paid by"), null=True, blank=True)
    deposit_minor = models.PositiveBigIntegerField(_("paid when booking"), default=0)
    """What is paid first confirms it with so much of its price; 0 with all of it."""

    refund_minor = models.PositiveBigIntegerField(_("to be given back"), default=0)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("why"), max_length=200, blank=True)
    checked_in_at = models.DateTimeField(_("came"), null=True, blank=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="reservation_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReservationState.PENDING_PAYMENT) | Q(pay_by__isnull=False),
                name="payment_has_a_term",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReservationState.PENDING_APPROVAL) | Q(answer_by__isnull=False),
                name="answer_has_a_term",
            ),
            models.CheckConstraint(
                condition=Q(deposit_minor__lt=F("total_minor")) | Q(deposit_minor=0),
                name="deposit_is_a_part",
            ),
            models.CheckConstraint(
                condition=Q(refund_minor__lte=F("total_minor")), name="refund_is_no_gift"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["space", "starts_at"], name="reservation_of_space"),
            models.Index(fields=["customer", "starts_at"], name="reservation_of_customer"),
            models.Index(fields=["booker", "ends_at"], name="reservation_of_booker"),
        ]

    def __str__(self) -> str:
        return self.code


class Block(TimestampedModel):
    """A time in which nobody can book, such as for cleaning or works."""

    public_id = public_id_field("blk")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="blocks")
    claim = models.BigIntegerField()
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="block_has_time"),
        ]

    def __str__(self) -> str:
        return self.public_id
