"""What a stay costs, and why; pure arithmetic in minor units."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from booking.opening import find_instant
from booking.periods import Period
from booking.rates import DAY_MINUTES, Rates, divide

_HOUR_SECONDS: Final = 3_600
_WEEK_DAYS: Final = 7


class LineKind(StrEnum):
    """What a line of a price is for."""

    MONTH = "MONTH"
    WEEK = "WEEK"
    DAY = "DAY"
    HALF_DAY = "HALF_DAY"
    HOUR = "HOUR"
    PEAK = "PEAK"
    """Hours that cost another price than the usual one."""

    MEMBER = "MEMBER"
    """What members pay less."""

    LONGER = "LONGER"
    """Time that was added when the rates were other ones than when it was booked."""

    EQUIPMENT = "EQUIPMENT"
    VOUCHER = "VOUCHER"
    CREDIT = "CREDIT"


LEAST_PAID_MINOR: Final = 50
"""No card pays less than half a euro. Source: Stripe, "Minimum and maximum charge amounts"."""

_BY_HOUR: Final = (LineKind.HOUR, LineKind.PEAK)
_ORDER: Final = tuple(LineKind)


@dataclass(frozen=True, kw_only=True)
class PriceLine:
    """One step of the explanation: what, how many times at which price, and what that makes.

    ``quantity`` counts minutes of hours, of time that was added and of credits, percent of what is
    taken off, else pieces. What is taken off is negative.
    """

    kind: str
    quantity: int
    unit_minor: int
    amount_minor: int
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a stay costs; VAT is a part of the total, and the lines sum to it."""

    total_minor: int
    vat_minor: int
    currency: str
    lines: tuple[PriceLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Part:
    """So many pieces, or seconds, at one price."""

    kind: LineKind
    unit_minor: int
    count: int = 1

    @property
    def cost(self) -> int:
        """What it costs, in parts of 3,600 of a minor unit: exact."""
        return self.unit_minor * (self.count if self.kind in _BY_HOUR else _HOUR_SECONDS)


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One way to pay for something."""

    cost: int
    parts: tuple[_Part, ...]


_NOTHING: Final = _Way(cost=0, parts=())


def compute_price(stay: Period, *, rates: Rates, is_member: bool = False) -> Price:
    """Return the price of a stay, explained: the cheapest way that the rates allow.

    The rule: each day of the calendar that the stay touches, by the clock of the place, is paid
    by the hour, by half days, or as a day; seven days in a row can be paid as a week, and those
    up to the same day of the next month as a month, also when the stay does not need all of them.
    Half days take the first hours of a day; the rest of it goes by the hour. Of all ways the
    cheapest counts, so that a longer stay never costs less than a part of it.

    Hours are elapsed time, not the wall's: the night in which clocks go back is an hour longer to
    use. Peaks begin and end when the clock first shows their times, and change the price of hours
    only. What members pay less is taken off at the end. Halves of a cent are rounded up once, in
    the total; the lines sum to it exactly.
    """
    if rates.is_free:
        return Price(total_minor=0, vat_minor=0, currency=rates.currency)
    days = list(_split_days(stay, rates=rates))
    lines = tuple(_write_lines(_find_cheapest(days, rates=rates).parts))
    price = make_price(lines, currency=rates.currency, vat_percent=rates.vat_percent)
    if not is_member or not rates.member_percent:
        return price
    off = divide(price.total_minor * rates.member_percent, 100)
    line = PriceLine(
        kind=LineKind.MEMBER, quantity=rates.member_percent, unit_minor=0, amount_minor=-off
    )
    return add_line(price, line, vat_percent=rates.vat_percent)


def make_price(lines: Iterable[PriceLine], *, currency: str, vat_percent: int) -> Price:
    """Return the price that some lines make."""
    lines = tuple(lines)
    total = sum(line.amount_minor for line in lines)
    return Price(
        total_minor=total,
        vat_minor=divide(total * vat_percent, 100 + vat_percent),
        currency=currency,
        lines=lines,
    )


def add_line(price: Price, line: PriceLine, *, vat_percent: int) -> Price:
    """Return a price with one more line; what is taken off never makes it negative."""
    line = replace(line, amount_minor=max(line.amount_minor, -price.total_minor))
    return make_price((*price.lines, line), currency=price.currency, vat_percent=vat_percent)


def write_price_lines(price: Price) -> list[dict[str, Any]]:
    """Return the lines of a price as they are stored."""
    return [asdict(line) for line in price.lines]


def read_price_lines(stored: Sequence[Mapping[str, Any]]) -> tuple[PriceLine, ...]:
    """Return the lines that were stored."""
    return tuple(PriceLine(**line) for line in stored)


def compute_refund(
    *, paid_minor: int, hours_before: float, free_cancel_hours: int, late_refund_percent: int
) -> int:
    """Return what a person who cancels gets back, in minor units.

    Args:
        paid_minor: what was paid.
        hours_before: hours until the stay begins, negative after it began.
        free_cancel_hours: until then everything comes back.
        late_refund_percent: what comes back later than that, until the beginning.
    """
    if hours_before >= free_cancel_hours:
        return paid_minor
    return paid_minor * late_refund_percent // 100 if hours_before > 0 else 0


@dataclass(frozen=True, kw_only=True)
class _Day:
    """The hours of a stay on one day, in order, each stretch with its price."""

    date: date
    hours: tuple[_Part, ...]

    @property
    def seconds(self) -> int:
        """How much of the day is used."""
        return sum(part.count for part in self.hours)


def _split_days(stay: Period, *, rates: Rates) -> Iterator[_Day]:
    first = stay.start.astimezone(rates.zone).date() - timedelta(days=1)
    last = stay.end.astimezone(rates.zone).date() + timedelta(days=1)
    # A day more on both sides: where clocks go back over midnight, a date comes twice.
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        whole = Period(
            start=find_instant(day, 0, zone=rates.zone),
            end=find_instant(day, DAY_MINUTES, zone=rates.zone),
        )
        part = whole.overlap(stay)
        if part is not None:
            yield _Day(date=day, hours=tuple(_split_hours(day, part, rates=rates)))


def _split_hours(day: date, period: Period, *, rates: Rates) -> Iterator[_Part]:
    """Yield the hours of a period of one day, cut where peaks begin and end."""
    at = period.start
    for window, hourly_minor in _list_peaks(day, rates=rates):
        peak = window.overlap(period)
        if peak is None:
            continue
        if at < peak.start:
            yield _hours(LineKind.HOUR, rates.hourly_minor, Period(start=at, end=peak.start))
        yield _hours(LineKind.PEAK, hourly_minor, peak)
        at = peak.end
    if at < period.end:
        yield _hours(LineKind.HOUR, rates.hourly_minor, Period(start=at, end=period.end))


def _hours(kind: LineKind, unit_minor: int, period: Period) -> _Part:
    return _Part(kind=kind, unit_minor=unit_minor, count=int(period.length.total_seconds()))


def _list_peaks(day: date, *, rates: Rates) -> Iterator[tuple[Period, int]]:
    """Yield the peaks of a day in order, each with the price of its hours."""
    for peak in sorted(rates.peaks, key=lambda one: one.starts):
        if day.weekday() not in peak.weekdays:
            continue
        start = find_instant(day, peak.starts, zone=rates.zone)
        end = find_instant(day, peak.ends, zone=rates.zone)
        if start < end:  # not when the whole of it falls into the missing hour
            yield Period(start=start, end=end), peak.price(rates.hourly_minor)


def _find_cheapest(days: Sequence[_Day], *, rates: Rates) -> _Way:
    """Return the cheapest way to pay for some days in a row, from the last one backwards."""
    rest: list[_Way] = [_NOTHING]
    for number in range(len(days) - 1, -1, -1):
        day = days[number]
        ways = [_join(way, rest[0]) for way in _list_ways(day, rates=rates)]
        for kind, price, count in (
            (LineKind.WEEK, rates.weekly_minor, _WEEK_DAYS),
            (LineKind.MONTH, rates.monthly_minor, _month_from(day.date)),
        ):
            if price:
                after = rest[min(count, len(rest)) - 1]
                ways.append(_join(_way(_Part(kind=kind, unit_minor=price)), after))
        rest.insert(0, min(ways, key=lambda way: way.cost))
    return rest[0]


def _list_ways(day: _Day, *, rates: Rates) -> Iterator[_Way]:
    """Yield the ways to pay for one day; among equal ones the first counts."""
    half_seconds = rates.half_day_hours * _HOUR_SECONDS
    most_halves = -(-day.seconds // half_seconds) if rates.half_day_minor else 0
    for halves in range(most_halves + 1):
        hours = tuple(_drop_first(day.hours, seconds=halves * half_seconds))
        if rates.hourly_minor or not hours:
            half = _Part(kind=LineKind.HALF_DAY, unit_minor=rates.half_day_minor)
            yield _way(*[half] * halves, *hours)
    if rates.daily_minor:
        yield _way(_Part(kind=LineKind.DAY, unit_minor=rates.daily_minor))


def _drop_first(hours: Iterable[_Part], *, seconds: int) -> Iterator[_Part]:
    for part in hours:
        dropped = min(seconds, part.count)
        seconds -= dropped
        if part.count > dropped:
            yield replace(part, count=part.count - dropped)


def _month_from(day: date) -> int:
    """Return how many days there are up to the same day of the next month."""
    month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = monthrange(month.year, month.month)[1]
    return (month.replace(day=min(day.day, last)) - day).days


def _way(*parts: _Part) -> _Way:
    return _Way(cost=sum(part.cost for part in parts), parts=parts)


def _join(one: _Way, other: _Way) -> _Way:
    return _Way(cost=one.cost + other.cost, parts=(*one.parts, *other.parts))


def _write_lines(parts: Iterable[_Part]) -> Iterator[PriceLine]:
    """Yield a line for each kind and price, rounded so that they sum to the rounded total."""
    counts: Counter[tuple[LineKind, int]] = Counter()
    for part in parts:
        counts[part.kind, part.unit_minor] += part.count
    exact = written = 0
    for kind, unit_minor in sorted(counts, key=lambda one: (_ORDER.index(one[0]), one[1])):
        count = counts[kind, unit_minor]
        is_by_hour = kind in _BY_HOUR
        exact += unit_minor * count * (1 if is_by_hour else _HOUR_SECONDS)
        amount = divide(exact, _HOUR_SECONDS) - written
        written += amount
        yield PriceLine(
            kind=kind.value,
            quantity=count // 60 if is_by_hour else count,
            unit_minor=unit_minor,
            amount_minor=amount,
        )
