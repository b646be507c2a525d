"""What a monthly report says; every format shows the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from booking.models import Space
from booking.months import Month
from booking.states import DemandReason

LEAD_LIMITS: Final = (
    timedelta(hours=24),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
)
"""How long before the stay people booked: up to each of these, and longer than the last."""


@dataclass(frozen=True, kw_only=True)
class Money:
    """Amounts of one currency, in minor units."""

    currency: str
    sold_minor: int = 0
    """Price of the stays, and what had been paid for those that were called off."""

    refunded_minor: int = 0
    vat_minor: int = 0
    """Within what is left."""

    paid_minor: int = 0
    """What of that is there: taken, and not given back."""

    @property
    def kept_minor(self) -> int:
        """What is left, VAT included."""
        return self.sold_minor - self.refunded_minor

    @property
    def net_minor(self) -> int:
        """What is left without VAT."""
        return self.kept_minor - self.vat_minor

    @property
    def open_minor(self) -> int:
        """What of that is still to be paid."""
        return self.kept_minor - self.paid_minor

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(
            currency=self.currency,
            sold_minor=self.sold_minor + other.sold_minor,
            refunded_minor=self.refunded_minor + other.refunded_minor,
            vat_minor=self.vat_minor + other.vat_minor,
            paid_minor=self.paid_minor + other.paid_minor,
        )


def sum_money(amounts: Iterable[Money]) -> list[Money]:
    """Return the sums by currency, the largest first."""
    sums: dict[str, Money] = {}
    for one in amounts:
        sums[one.currency] = sums.get(one.currency, Money(currency=one.currency)) + one
    return sorted(sums.values(), key=lambda money: (-money.sold_minor, money.currency))


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How much of the open time was sold, in minutes."""

    sold_minutes: int = 0
    open_minutes: int = 0

    @property
    def share(self) -> float:
        """The sold part, from 0 to 1."""
        return self.sold_minutes / self.open_minutes if self.open_minutes else 0.0

    @property
    def percent(self) -> float:
        """The sold part of a hundred, with one decimal."""
        return round(100 * self.share, 1)

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            sold_minutes=self.sold_minutes + other.sold_minutes,
            open_minutes=self.open_minutes + other.open_minutes,
        )


@dataclass(frozen=True, kw_only=True)
class SpaceLine:
    """One space of the report."""

    space: Space
    stays: int
    usage: Usage
    money: list[Money]


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One day of the month; money counts on the day on which the stay begins."""

    day: date
    stays: int
    usage: Usage
    money: list[Money]


@dataclass(frozen=True, kw_only=True)
class RateLine:
    """What was sold at one price, or taken off for one reason."""

    kind: str
    """A ``LineKind``."""

    label: str
    unit_minor: int
    currency: str
    times: int
    """How many pieces; of hours and of what is taken off how often."""

    minutes: int
    """Of hours."""

    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class LostLine:
    """How often a space was wanted in vain, by reason."""

    space: Space
    tries: Mapping[DemandReason, int]

    @property
    def total(self) -> int:
        """For all reasons."""
        return sum(self.tries.values())


@dataclass(frozen=True, kw_only=True)
class Report:
    """The month of some spaces."""

    month: Month
    stays: int = 0
    usage: Usage = field(default_factory=Usage)
    money: list[Money] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    """Reservations whose stay begins in the month, by where they stand."""

    lead: tuple[int, ...] = (0,) * (len(LEAD_LIMITS) + 1)
    """Stays by how long before them they were booked; see ``LEAD_LIMITS``."""

    median_lead: timedelta | None = None
    spaces: list[SpaceLine] = field(default_factory=list)
    days: list[DayLine] = field(default_factory=list)
    rates: list[RateLine] = field(default_factory=list)
    lost: list[LostLine] = field(default_factory=list)
    lost_hours: tuple[int, ...] = (0,) * 24
    """Tries by the hour that was wanted; those for whole days are not in it."""

    @property
    def lost_total(self) -> int:
        """All tries in vain."""
        return sum(line.total for line in self.lost)

    def money_in(self, currency: str) -> Money:
        """Return the sums of a currency, nothing where there are none."""
        found = (one for one in self.money if one.currency == currency)
        return next(found, Money(currency=currency))

    @property
    def currency(self) -> str:
        """The currency in which most was sold."""
        return self.money[0].currency if self.money else "EUR"
