"""The monthly report: one reading of the month, from which every format is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from booking.models import LostDemand, ReportMail, Reservation, Space
from booking.months import Month
from booking.prices import LineKind, read_price_lines
from booking.report_shapes import (
    LEAD_LIMITS,
    DayLine,
    LostLine,
    Money,
    RateLine,
    Report,
    SpaceLine,
    sum_money,
)
from booking.selectors.report_time import find_occupancy
from booking.states import SOLD, DemandReason
from spotex.kernel.actor import Actor
from tenants.billing.models import Payment, Refund
from tenants.billing.states import PaymentState, RefundState
from tenants.permissions import Permission

_MARGIN: Final = timedelta(days=1)
_HOURS: Final = {LineKind.HOUR, LineKind.PEAK, LineKind.LONGER}
_PIECES: Final = {
    LineKind.MONTH,
    LineKind.WEEK,
    LineKind.DAY,
    LineKind.HALF_DAY,
    LineKind.EQUIPMENT,
}
_FIELDS: Final = (
    *("public_id", "space_id", "starts_at", "ends_at", "created_at", "state"),
    *("total_minor", "vat_minor", "currency", "price_lines"),
)


def list_report_spaces(actor: Actor, *, month: Month) -> QuerySet[Space]:
    """List the spaces of whose business the actor may know, also those archived since the month.

    A contact sees only what belongs to its own company.
    """
    if actor.agency_id is None or not actor.can(Permission.REPORT_VIEW):
        return Space.objects.none()
    begin = month.in_zone(ZoneInfo("UTC")).start - _MARGIN
    existing = Q(archived_at=None) | Q(archived_at__gt=begin)
    spaces = Space.objects.filter(existing).select_related("location__customer")
    if actor.customer_id is not None:
        spaces = spaces.filter(location__customer_id=actor.customer_id)
    return spaces.order_by("location__name", "unit_low")


class _Rate(NamedTuple):
    """What makes two lines of prices alike."""

    kind: str
    label: str
    unit_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class _Stay:
    """A reservation with the money that it brought."""

    space: int
    day: date
    lead: timedelta
    state: str
    money: Money
    length: timedelta
    lines: list[dict[str, Any]]

    @property
    def is_sold(self) -> bool:
        """Tell whether the space was given to somebody."""
        return self.state in SOLD


def read_report(spaces: Iterable[Space], *, month: Month) -> Report:
    """Return what happened in a month in some spaces, their locations loaded.

    A reservation counts in the month in which its stay begins, by the clock of the place.
    """
    spaces = [space for space in spaces if _existed(space, month=month)]
    stays = _list_stays(spaces, month=month)
    sold = [stay for stay in stays if stay.is_sold]
    occupancy = find_occupancy(spaces, month=month)
    leads = [stay.lead for stay in sold]
    lost, hours = _read_lost(spaces, month=month)
    return Report(
        month=month,
        stays=len(sold),
        usage=occupancy.total,
        money=_money_of(stays),
        states=Counter(stay.state for stay in stays),
        lead=_sort_leads(leads),
        median_lead=_find_median(leads),
        spaces=[
            SpaceLine(
                space=space,
                stays=sum(stay.space == space.pk for stay in sold),
                usage=occupancy.by_space[space.pk],
                money=_money_of(stay for stay in stays if stay.space == space.pk),
            )
            for space in spaces
        ],
        days=[
            DayLine(
                day=day,
                stays=sum(stay.day == day for stay in sold),
                usage=occupancy.by_day[day],
                money=_money_of(stay for stay in stays if stay.day == day),
            )
            for day in month.days
        ],
        rates=_list_rates(sold),
        lost=lost,
        lost_hours=hours,
    )


def _existed(space: Space, *, month: Month) -> bool:
    begin = month.in_zone(ZoneInfo(space.location.time_zone)).start
    return space.archived_at is None or space.archived_at > begin


def _list_stays(spaces: Sequence[Space], *, month: Month) -> list[_Stay]:
    zones = {space.pk: ZoneInfo(space.location.time_zone) for space in spaces}
    around = month.in_zone(ZoneInfo("UTC"))
    rows = Reservation.objects.filter(
        space__in=list(zones),
        starts_at__gte=around.start - _MARGIN,
        starts_at__lt=around.end + _MARGIN,
    )
    paid, refunded = _read_payments(rows)
    stays = []
    for row in rows.order_by("starts_at", "pk").values(*_FIELDS):
        day = row["starts_at"].astimezone(zones[row["space_id"]]).date()
        if month.first_day <= day <= month.last_day:
            stays.append(
                _Stay(
                    space=row["space_id"],
                    day=day,
                    lead=max(row["starts_at"] - row["created_at"], timedelta(0)),
                    state=row["state"],
                    money=_count_money(
                        row,
                        paid_minor=paid.get(row["public_id"], 0),
                        refunded_minor=refunded.get(row["public_id"], 0),
                    ),
                    length=row["ends_at"] - row["starts_at"],
                    lines=row["price_lines"],
                )
            )
    return stays


def _read_payments(rows: QuerySet[Reservation]) -> tuple[dict[str, int], dict[str, int]]:
    """Return by reservation what was paid, and what went back of it or is on its way.

    A payment that failed was never counted, so what went back of it is none of this.
    """
    subjects = rows.values("public_id")
    taken = Payment.objects.filter(state=PaymentState.CAPTURED, subject__in=subjects)
    back = Refund.objects.filter(
        payment__state=PaymentState.CAPTURED, payment__subject__in=subjects
    ).exclude(state=RefundState.FAILED)
    paid = taken.values_list("subject").annotate(total=Sum("amount_minor"))
    refunded = back.values_list("payment__subject").annotate(total=Sum("amount_minor"))
    return dict(paid), dict(refunded)


def _count_money(row: Mapping[str, Any], *, paid_minor: int, refunded_minor: int) -> Money:
    """Return what a reservation brought: its price if it was sold, else what was paid for it.

    What was paid twice is no part of it, and what goes back is taken off that first.
    """
    total = row["total_minor"]
    sold = total if row["state"] in SOLD else paid_minor
    too_much = max(0, paid_minor - sold)
    refunded_minor = max(0, refunded_minor - too_much)
    kept = sold - refunded_minor
    return Money(
        currency=row["currency"],
        sold_minor=sold,
        refunded_minor=refunded_minor,
        paid_minor=paid_minor - too_much - refunded_minor,
        vat_minor=(2 * row["vat_minor"] * kept + total) // (2 * total) if total else 0,
    )


def _money_of(stays: Iterable[_Stay]) -> list[Money]:
    return sum_money(stay.money for stay in stays if stay.money.sold_minor)


def _sort_leads(leads: Iterable[timedelta]) -> tuple[int, ...]:
    counts = [0] * (len(LEAD_LIMITS) + 1)
    for lead in leads:
        counts[sum(lead > limit for limit in LEAD_LIMITS)] += 1
    return tuple(counts)


def _find_median(leads: Sequence[timedelta]) -> timedelta | None:
    if not leads:
        return None
    return timedelta(seconds=median(lead.total_seconds() for lead in leads))


def _list_rates(stays: Iterable[_Stay]) -> list[RateLine]:
    """Return what was sold at each price, by the lines with which the price was explained."""
    times: Counter[_Rate] = Counter()
    minutes: Counter[_Rate] = Counter()
    amounts: Counter[_Rate] = Counter()
    for stay in stays:
        for line in read_price_lines(stay.lines):
            rate = _Rate(line.kind, line.label, line.unit_minor, stay.money.currency)
            times[rate] += line.quantity if line.kind in _PIECES else 1
            minutes[rate] += line.quantity if line.kind in _HOURS else 0
            amounts[rate] += line.amount_minor
    return [
        RateLine(**rate._asdict(), times=times[rate], minutes=minutes[rate], amount_minor=amount)
        for rate, amount in sorted(amounts.items(), key=lambda one: (-one[1], one[0]))
        if amount
    ]


def _read_lost(spaces: Sequence[Space], *, month: Month) -> tuple[list[LostLine], tuple[int, ...]]:
    """Return what was wanted in vain by space, the most first, and by hour of the day."""
    rows = LostDemand.objects.filter(
        space__in=[space.pk for space in spaces],
        day__gte=month.first_day,
        day__lte=month.last_day,
    )
    tries: defaultdict[int, Counter[DemandReason]] = defaultdict(Counter)
    hours = [0] * 24
    for space, hour, reason, times in rows.values_list("space_id", "hour", "reason", "tries"):
        tries[space][DemandReason(reason)] += times
        if hour is not None:
            hours[hour] += times
    lines = [LostLine(space=one, tries=tries[one.pk]) for one in spaces if one.pk in tries]
    return sorted(lines, key=lambda line: -line.total), tuple(hours)


def gets_report_mail(actor: Actor) -> bool:
    """Tell whether the actor chose to get the report by mail."""
    return ReportMail.objects.filter(user_id=actor.user_id or 0).exists()


def has_own_spaces(actor: Actor) -> bool:
    """Tell whether a contact's company owns spaces on which it may read a report."""
    if actor.customer_id is None or not actor.can(Permission.REPORT_VIEW):
        return False
    return Space.objects.filter(location__customer_id=actor.customer_id).exists()
