"""Vouchers: a code that makes stays cheaper, and who used it for what."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Space
from booking.models.reservations import Hold, Reservation
from spotex.kernel.models import TimestampedModel, public_id_field

CODE_MAX_LENGTH: Final = 20
VOUCHER_NOTE_MAX_LENGTH: Final = 120
PERSON_MAX_LENGTH: Final = 254


class Voucher(TimestampedModel):
    """A code worth a share of the price, or an amount."""

    public_id = public_id_field("vou")
    code = models.CharField(_("code"), max_length=CODE_MAX_LENGTH, unique=True)
    note = models.CharField(_("what it is for"), max_length=VOUCHER_NOTE_MAX_LENGTH, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    amount_minor = models.PositiveIntegerField(_("amount"), null=True, blank=True)
    """In minor units; a voucher has either this or a percentage."""

    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    first_day = models.DateField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("to"), null=True, blank=True)
    """The days on which one can book with it, by the clock of the place."""

    most_uses = models.PositiveIntegerField(
        _("uses in all"), default=0, help_text=_("0: no limit.")
    )
    most_per_person = models.PositiveIntegerField(
        _("uses per person"), default=0, help_text=_("0: no limit.")
    )
    spaces = models.ManyToManyField(Space, blank=True, related_name="vouchers")
    """Where it counts; none: everywhere."""

    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    percent__isnull=False, percent__gte=1, percent__lte=100, amount_minor=None
                )
                | Q(percent=None, amount_minor__isnull=False, amount_minor__gte=1),
                name="voucher_has_one_value",
            ),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="voucher_has_days",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class VoucherUse(TimestampedModel):
    """One use of a voucher: reserved with a hold, then with the reservation that it became.

    Whether it counts follows from those, by the clock of the database, as their claims do: see
    ``booking.selectors.vouchers``.
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="uses")
    hold = models.OneToOneField(
        Hold, null=True, blank=True, on_delete=models.PROTECT, related_name="voucher_use"
    )
    reservation = models.OneToOneField(
        Reservation, null=True, blank=True, on_delete=models.PROTECT, related_name="voucher_use"
    )
    person = models.CharField(_("person"), max_length=PERSON_MAX_LENGTH)
    is_spent = models.BooleanField(
        _("not given back"),
        default=False,
        help_text=_("The stay was cancelled too late."),
    )

    class Meta:
        verbose_name = _("use of a voucher")
        verbose_name_plural = _("uses of vouchers")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hold__isnull=False) | Q(reservation__isnull=False),
                name="voucher_is_used_for_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["voucher", "person"], name="use_of_voucher_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.person}"
