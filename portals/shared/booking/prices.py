"""Prices and rates in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.lengths import write_length
from booking.models import Space
from booking.prices import LineKind, Price, PriceLine
from booking.rates import Peak, read_peaks
from booking.states import PaymentRule
from portals.shared.clock import format_minutes
from portals.stay_times import write_day
from portals.templatetags.ui import money

_MONDAY: Final = date(2024, 1, 1)


@dataclass(frozen=True, kw_only=True)
class PriceWords:
    """What a stay costs; ``lines`` say how it comes about."""

    total: str
    vat: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class PeakWords:
    """Hours with a price of their own: when, and what an hour costs then."""

    number: int
    days: str
    hours: str
    price: str
    share: str
    """How much more or less that is, ``""`` where it is an amount."""


def write_price_words(price: Price) -> PriceWords | None:
    """Return a price in words, None where there is nothing to pay and nothing to explain."""
    if not price.total_minor and not price.lines:
        return None
    return PriceWords(
        total=money(price.total_minor, price.currency),
        vat=money(price.vat_minor, price.currency) if price.vat_minor else "",
        lines=[
            (write_line(line, currency=price.currency), money(line.amount_minor, price.currency))
            for line in price.lines
        ],
    )


def write_line(line: PriceLine, *, currency: str) -> str:
    """Say what a line of a price is for."""
    unit = {"price": money(line.unit_minor, currency), "n": line.quantity}
    if line.kind in {LineKind.HOUR, LineKind.PEAK}:
        text = (
            _("%(length)s at %(price)s an hour")
            if line.kind == LineKind.HOUR
            else _("%(length)s at %(price)s an hour (hours with another price)")
        )
        return text % {**unit, "length": write_length(line.quantity)}
    if line.kind in {LineKind.MEMBER, LineKind.VOUCHER, LineKind.CREDIT}:
        return _write_reduction(line)
    if line.kind == LineKind.EQUIPMENT:
        return _write_equipment(line, price=money(line.unit_minor, currency))
    if line.kind == LineKind.LONGER:
        return _("%(length)s more") % {"length": write_length(line.quantity)}
    return _write_pieces(line) % unit


def _write_reduction(line: PriceLine) -> str:
    if line.kind == LineKind.MEMBER:
        return _("%(n)s %% less for members") % {"n": line.quantity}
    if line.kind == LineKind.VOUCHER:
        return _("Voucher %(code)s") % {"code": line.label}
    return _("%(length)s with credits") % {"length": write_length(line.quantity)}


def _write_equipment(line: PriceLine, *, price: str) -> str:
    words = {"n": line.quantity, "name": line.label, "price": price}
    if not line.unit_minor:
        return _("%(n)s × %(name)s, free of charge") % words
    return _("%(n)s × %(name)s at %(price)s") % words


def _write_pieces(line: PriceLine) -> str:
    """Return the words for whole stretches of time, in the right number."""
    texts = {
        LineKind.MONTH: ngettext(
            "%(n)s month at %(price)s", "%(n)s months at %(price)s", line.quantity
        ),
        LineKind.WEEK: ngettext(
            "%(n)s week at %(price)s", "%(n)s weeks at %(price)s", line.quantity
        ),
        LineKind.DAY: ngettext("%(n)s day at %(price)s", "%(n)s days at %(price)s", line.quantity),
        LineKind.HALF_DAY: ngettext(
            "%(n)s half day at %(price)s", "%(n)s half days at %(price)s", line.quantity
        ),
    }
    return texts[LineKind(line.kind)]


def list_rates(space: Space) -> list[tuple[str, str]]:
    """Return the prices of a space by how long one stays, without those that it has not."""
    if space.payment == PaymentRule.FREE:
        return []
    half = ngettext(
        "Half a day (up to %(n)s hour)", "Half a day (up to %(n)s hours)", space.half_day_hours
    )
    found = (
        (_("An hour"), space.hourly_minor),
        (half % {"n": space.half_day_hours}, space.half_day_minor),
        (_("A day"), space.daily_minor),
        (_("A week"), space.weekly_minor),
        (_("A month"), space.monthly_minor),
    )
    return [(label, money(minor, space.currency)) for label, minor in found if minor]


def write_rate(space: Space) -> str:
    """Say in two words what a space costs: its price for the shortest time, ``""`` if it is free."""
    if space.payment == PaymentRule.FREE:
        return ""
    found = (
        (_("%(price)s an hour"), space.hourly_minor),
        (_("%(price)s for half a day"), space.half_day_minor),
        (_("%(price)s a day"), space.daily_minor),
        (_("%(price)s a week"), space.weekly_minor),
        (_("%(price)s a month"), space.monthly_minor),
    )
    texts = (text % {"price": money(minor, space.currency)} for text, minor in found if minor)
    return next(texts, "")


def list_peaks(space: Space) -> list[PeakWords]:
    """Return the hours with a price of their own, where hours are sold."""
    if space.payment == PaymentRule.FREE or not space.hourly_minor:
        return []
    return [
        PeakWords(
            number=number,
            days=write_weekdays(peak.weekdays),
            hours=f"{format_minutes(peak.starts)}–{format_minutes(peak.ends)}",
            price=money(peak.price(space.hourly_minor), space.currency),
            share=_write_share(peak),
        )
        for number, peak in enumerate(read_peaks(space.peaks))
    ]


def write_weekdays(weekdays: Iterable[int]) -> str:
    """Write days of the week, a run of them by its ends."""
    days = sorted(weekdays)
    if days == list(range(7)):
        return _("every day")
    names = [write_day(_MONDAY + timedelta(days=day), pattern="EEEE") for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)


def _write_share(peak: Peak) -> str:
    return "" if peak.percent is None else f"{peak.percent:+} %".replace("-", "−")
