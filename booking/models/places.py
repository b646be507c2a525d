"""Locations and the spaces in them."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.states import PaymentRule, SpaceKind
from booking.units import Interval
from spotex.kernel.models import TimestampedModel, public_id_field

DAY_MINUTES: Final = 24 * 60
NAME_MAX_LENGTH: Final = 80


class Location(TimestampedModel):
    """A house with an address, a clock and opening hours."""

    public_id = public_id_field("loc")
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="locations",
        verbose_name=_("customer"),
        help_text=_("Whose it is; empty: the agency’s own."),
    )
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Rome")
    address = models.CharField(_("address"), max_length=200, blank=True)
    directions = models.TextField(_("how to get there"), max_length=1_000, blank=True)
    keeps_holidays = models.BooleanField(_("closed on Italian holidays"), default=True)
    hours_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    """Part of the key of what is remembered of hours, exceptions and the clock."""

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name


class Space(TimestampedModel):
    """Something that can be booked, alone or as a part of a larger space."""

    public_id = public_id_field("spc")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="spaces")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        verbose_name=_("part of"),
    )
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    kind = models.CharField(_("kind"), max_length=20, choices=SpaceKind)
    description = models.TextField(_("description"), max_length=2_000, blank=True)
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    capacity = models.PositiveSmallIntegerField(_("people"), default=1)
    seats = models.PositiveSmallIntegerField(
        _("places sold one by one"),
        default=0,
        help_text=_("0: the space is booked as a whole."),
    )
    is_bookable = models.BooleanField(_("can be booked"), default=True)
    unit_low = models.BigIntegerField(editable=False, unique=True)
    unit_high = models.BigIntegerField(editable=False)
    parts_made = models.PositiveIntegerField(default=0, editable=False)
    """How many parts it ever had: their units are never given out twice."""

    slot_minutes = models.PositiveSmallIntegerField(_("slots every (minutes)"), default=60)
    min_minutes = models.PositiveSmallIntegerField(_("at least (minutes)"), default=60)
    max_minutes = models.PositiveIntegerField(_("at most (minutes)"), default=8 * 60)
    buffer_minutes = models.PositiveSmallIntegerField(_("pause between (minutes)"), default=0)
    notice_minutes = models.PositiveIntegerField(_("not later than before (minutes)"), default=0)
    horizon_days = models.PositiveSmallIntegerField(_("not earlier than (days)"), default=90)
    most_per_person = models.PositiveSmallIntegerField(
        _("reservations a person may have"), default=0, help_text=_("0: no limit.")
    )
    members_only = models.BooleanField(_("not for guests"), default=False)
    needs_approval = models.BooleanField(_("each stay needs our yes"), default=False)
    payment = models.CharField(
        _("payment"), max_length=10, choices=PaymentRule, default=PaymentRule.FREE
    )
    hourly_minor = models.PositiveIntegerField(_("price of an hour"), default=0)
    """In minor units, VAT included; 0: not sold by the hour. So are the others."""

    half_day_minor = models.PositiveIntegerField(_("price of half a day"), default=0)
    half_day_hours = models.PositiveSmallIntegerField(_("hours of half a day"), default=4)
    daily_minor = models.PositiveIntegerField(_("price of a day"), default=0)
    weekly_minor = models.PositiveIntegerField(_("price of a week"), default=0)
    monthly_minor = models.PositiveIntegerField(_("price of a month"), default=0)
    member_percent = models.PositiveSmallIntegerField(_("members pay less (%)"), default=0)
    peaks = models.JSONField(_("hours with another price"), default=list, blank=True)
    """See ``booking.rates.Peak``."""

    deposit_percent = models.PositiveSmallIntegerField(
        _("paid when booking (%)"), default=100, help_text=_("The rest is paid later.")
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    vat_percent = models.PositiveSmallIntegerField(_("VAT (%)"), default=22)
    free_cancel_hours = models.PositiveSmallIntegerField(
        _("cancelled free of charge until (hours before)"), default=24
    )
    late_refund_percent = models.PositiveSmallIntegerField(
        _("given back when cancelled later (%)"), default=0
    )
    reminder_hours = models.PositiveSmallIntegerField(_("reminder before (hours)"), default=24)
    patience_minutes = models.PositiveSmallIntegerField(
        _("freed when nobody came (minutes)"), default=0
    )
    """After so many minutes without a check-in the time is given to others; 0 for never."""

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit_high__gt=F("unit_low")), name="space_has_units"
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5)
                & Q(slot_minutes__lte=DAY_MINUTES)
                & Q(min_minutes__gte=F("slot_minutes"))
                & Q(max_minutes__gte=F("min_minutes")),
                name="space_rules_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(vat_percent__lte=100)
                & Q(late_refund_percent__lte=100)
                & Q(member_percent__lte=100)
                & Q(deposit_percent__gte=1)
                & Q(deposit_percent__lte=100),
                name="space_shares_are_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> Interval:
        """Where it lies in the line of units."""
        return Interval(low=self.unit_low, high=self.unit_high)


class OpeningRule(TimestampedModel):
    """Open on one day of the week, by the clock of the place."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.CASCADE, related_name="hours"
    )
    """Only for this space, instead of the hours of the location."""

    weekday = models.PositiveSmallIntegerField(_("day"))
    """0 is Monday."""

    opens = models.PositiveSmallIntegerField(_("from"))
    closes = models.PositiveSmallIntegerField(_("to"))
    """Minutes since midnight; beyond 1,440 it closes the day after."""

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6)
                & Q(opens__lt=DAY_MINUTES)
                & Q(closes__gt=F("opens"))
                & Q(closes__lte=F("opens") + DAY_MINUTES),
                name="opening_is_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"


class OpeningException(TimestampedModel):
    """Closed on some days, or open at other hours."""

    public_id = public_id_field("opx")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="exceptions")
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.CASCADE, related_name="exceptions"
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    opens = models.PositiveSmallIntegerField(_("open from"), null=True, blank=True)
    closes = models.PositiveSmallIntegerField(_("open to"), null=True, blank=True)
    """Without hours it is closed."""

    is_yearly = models.BooleanField(_("every year"), default=False)
    reason = models.CharField(_("reason"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("exception of the opening hours")
        verbose_name_plural = _("exceptions of the opening hours")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="exception_has_days"
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__lt=DAY_MINUTES, closes__gt=F("opens")),
                name="exception_has_both_hours_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.reason}"
