"""Packages of time, what customers have of it, and the book in which every minute is written."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Space
from booking.models.reservations import Hold, Reservation
from booking.states import CreditEntryKind
from spotex.kernel.models import TimestampedModel, public_id_field

PACKAGE_NAME_MAX_LENGTH: Final = 80
CREDIT_REASON_MAX_LENGTH: Final = 200


class Package(TimestampedModel):
    """So much time that an agency sells at once, to be used up in stays."""

    public_id = public_id_field("pkg")
    name = models.CharField(_("name"), max_length=PACKAGE_NAME_MAX_LENGTH)
    note = models.CharField(_("description"), max_length=200, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"))
    price_minor = models.PositiveIntegerField(_("price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    valid_days = models.PositiveSmallIntegerField(
        _("days of use"), default=0, help_text=_("0: no end.")
    )
    spaces = models.ManyToManyField(Space, blank=True, related_name="packages")
    """Where it counts; none: everywhere."""

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="package_has_time"),
        ]

    def __str__(self) -> str:
        return self.name


class CreditAccount(TimestampedModel):
    """The credits of one customer; whoever uses some of them locks this row first."""

    customer = models.OneToOneField(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="credit_account",
        verbose_name=_("customer"),
    )

    class Meta:
        verbose_name = _("account of credits")
        verbose_name_plural = _("accounts of credits")

    def __str__(self) -> str:
        return str(self.customer_id)


class Credit(TimestampedModel):
    """Time that a customer got at once; it stays what it was when the package changes."""

    public_id = public_id_field("crd")
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="credits")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="credits")
    name = models.CharField(_("name"), max_length=PACKAGE_NAME_MAX_LENGTH)
    price_minor = models.PositiveIntegerField(_("price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    valid_until = models.DateTimeField(_("for stays that begin before"), null=True, blank=True)
    """Exclusive end, None for no end: its time is up by arithmetic, for everybody at once."""

    spaces = models.ManyToManyField(Space, blank=True, related_name="credits")
    """Where it counts; none: everywhere."""

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")

    def __str__(self) -> str:
        return self.name


class CreditEntry(TimestampedModel):
    """One line of the book of a credit; what is left is the sum. A trigger refuses every change."""

    public_id = public_id_field("cre")
    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=CreditEntryKind)
    minutes = models.IntegerField(_("minutes"))
    reservation = models.ForeignKey(
        Reservation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credit_entries",
        verbose_name=_("reservation"),
    )
    actor_name = models.CharField(_("who"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=CREDIT_REASON_MAX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("entry of a credit")
        verbose_name_plural = _("entries of credits")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[CreditEntryKind.GRANTED, CreditEntryKind.RETURNED], minutes__gte=1
                )
                | Q(kind=CreditEntryKind.USED, minutes__lte=-1, reservation__isnull=False)
                | (Q(kind=CreditEntryKind.CORRECTED) & ~Q(minutes=0)),
                name="credit_entry_has_its_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.minutes}"


class CreditDraw(TimestampedModel):
    """Minutes reserved for a hold, or for a reservation that is not confirmed yet.

    Whether it counts follows from those, by the clock of the database, as their claims do. Once the
    reservation is confirmed an entry of the book takes its place.
    """

    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="draws")
    hold = models.ForeignKey(
        Hold, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_draws"
    )
    reservation = models.ForeignKey(
        Reservation, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_draws"
    )
    minutes = models.PositiveIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("reserved minutes of a credit")
        verbose_name_plural = _("reserved minutes of credits")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hold__isnull=False) | Q(reservation__isnull=False),
                name="credit_is_drawn_for_something",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="credit_draw_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.credit} {self.minutes}"
