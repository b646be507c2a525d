"""Inputs and outputs of ``reports``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from booking.months import Month, read_month
from booking.report_shapes import (
    LEAD_LIMITS,
    DayLine,
    LostLine,
    Money,
    RateLine,
    Report,
    SpaceLine,
    Usage,
)
from booking.states import DemandReason, ReservationState
from portals.api.fields import Choice, Input, PublicId
from portals.reports.choice import Comparison
from portals.reports.formats import FORMATS

MONTH_PATTERN: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"


@extend_schema_field({"type": "string", "pattern": MONTH_PATTERN, "examples": ["2030-01"]})
class MonthField(serializers.Field[Month, Any, str, Any]):
    """A month of this century."""

    default_error_messages: ClassVar = {"invalid": _("Write it as 2030-01.")}

    def to_internal_value(self, data: Any) -> Month:
        """Return the month."""
        month = read_month(data) if isinstance(data, str) else None
        if month is None or month.year // 100 != 20:
            self.fail("invalid")
        return month


class ReportQuery(Input):
    """Which month, of what, and as which file; JSON if no format is named."""

    month = MonthField()
    location = PublicId("loc", required=False)
    space = PublicId("spc", required=False)
    customer = PublicId("cus", required=False)
    format = Choice(choices=["json", *FORMATS], required=False, default="json")


class ReportMoneyOut(serializers.Serializer[Any]):
    """Amounts of one currency, VAT included; ``kept`` is what is left after refunds.

    Of that, ``paid`` is there, and ``open`` is still to be paid.
    """

    currency = serializers.CharField()
    sold_minor = serializers.IntegerField()
    refunded_minor = serializers.IntegerField()
    kept_minor = serializers.IntegerField()
    vat_minor = serializers.IntegerField()
    net_minor = serializers.IntegerField()
    paid_minor = serializers.IntegerField()
    open_minor = serializers.IntegerField()


class ReportUsageOut(serializers.Serializer[Any]):
    """How much of the open time was sold."""

    sold_minutes = serializers.IntegerField()
    open_minutes = serializers.IntegerField()
    percent = serializers.FloatField()


class ReportSumsOut(serializers.Serializer[Any]):
    """The sums of a month. ``lost`` counts tries, ``median_lead_hours`` null without stays."""

    month = serializers.CharField()
    stays = serializers.IntegerField()
    usage = ReportUsageOut()
    money = ReportMoneyOut(many=True)
    states = serializers.DictField(child=serializers.IntegerField())
    median_lead_hours = serializers.FloatField(allow_null=True)
    lost = serializers.IntegerField()


class ReportSpaceOut(serializers.Serializer[Any]):
    """One space: a space with parts has the time of these."""

    id = serializers.CharField()
    name = serializers.CharField()
    location = serializers.CharField()
    stays = serializers.IntegerField()
    usage = ReportUsageOut()
    money = ReportMoneyOut(many=True)


class ReportDayOut(serializers.Serializer[Any]):
    """One day, by the clock of each place."""

    day = serializers.DateField()
    stays = serializers.IntegerField()
    usage = ReportUsageOut()
    money = ReportMoneyOut(many=True)


class ReportRateOut(serializers.Serializer[Any]):
    """What was sold at one price, or taken off; ``minutes`` are of hours only."""

    kind = serializers.CharField()
    name = serializers.CharField()
    unit_minor = serializers.IntegerField()
    currency = serializers.CharField()
    times = serializers.IntegerField()
    minutes = serializers.IntegerField()
    amount_minor = serializers.IntegerField()


class ReportLeadOut(serializers.Serializer[Any]):
    """How many stays were booked at most so many hours before; null for those booked earlier."""

    up_to_hours = serializers.IntegerField(allow_null=True)
    stays = serializers.IntegerField()


class ReportLostOut(serializers.Serializer[Any]):
    """How often a space was wanted in vain, by reason."""

    id = serializers.CharField()
    name = serializers.CharField()
    reasons = serializers.DictField(child=serializers.IntegerField())
    total = serializers.IntegerField()


class ReportOut(ReportSumsOut):
    """A month, and the sums of the one before."""

    before = ReportSumsOut()
    spaces = ReportSpaceOut(many=True)
    days = ReportDayOut(many=True)
    rates = ReportRateOut(many=True)
    lead = ReportLeadOut(many=True)
    lost_spaces = ReportLostOut(many=True)
    lost_hours = serializers.ListField(child=serializers.IntegerField())


def show_report(found: Comparison) -> dict[str, Any]:
    """Return a ``ReportOut``."""
    report = found.report
    limits = [int(limit.total_seconds()) // 3_600 for limit in LEAD_LIMITS]
    return {
        **_show_sums(report),
        "before": _show_sums(found.before),
        "spaces": [_show_space(line) for line in report.spaces],
        "days": [_show_day(line) for line in report.days],
        "rates": [_show_rate(line) for line in report.rates],
        "lead": [
            {"up_to_hours": limit, "stays": stays}
            for limit, stays in zip([*limits, None], report.lead, strict=True)
        ],
        "lost_spaces": [_show_lost(line) for line in report.lost],
        "lost_hours": list(report.lost_hours),
    }


def _show_sums(report: Report) -> dict[str, Any]:
    lead = report.median_lead
    return {
        "month": str(report.month),
        "stays": report.stays,
        "usage": _show_usage(report.usage),
        "money": [_show_money(one) for one in report.money],
        "states": {state: report.states[state] for state in ReservationState.values},
        "median_lead_hours": None if lead is None else round(lead.total_seconds() / 3_600, 1),
        "lost": report.lost_total,
    }


def _show_usage(usage: Usage) -> dict[str, Any]:
    return {
        "sold_minutes": usage.sold_minutes,
        "open_minutes": usage.open_minutes,
        "percent": usage.percent,
    }


def _show_money(money: Money) -> dict[str, Any]:
    return {
        "currency": money.currency,
        "sold_minor": money.sold_minor,
        "refunded_minor": money.refunded_minor,
        "kept_minor": money.kept_minor,
        "vat_minor": money.vat_minor,
        "net_minor": money.net_minor,
        "paid_minor": money.paid_minor,
        "open_minor": money.open_minor,
    }


def _show_line(line: SpaceLine | DayLine) -> dict[str, Any]:
    return {
        "stays": line.stays,
        "usage": _show_usage(line.usage),
        "money": [_show_money(one) for one in line.money],
    }


def _show_space(line: SpaceLine) -> dict[str, Any]:
    space = line.space
    names = {"id": space.public_id, "name": space.name, "location": space.location.public_id}
    return {**names, **_show_line(line)}


def _show_day(line: DayLine) -> dict[str, Any]:
    return {"day": line.day.isoformat(), **_show_line(line)}


def _show_rate(line: RateLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "name": line.label,
        "unit_minor": line.unit_minor,
        "currency": line.currency,
        "times": line.times,
        "minutes": line.minutes,
        "amount_minor": line.amount_minor,
    }


def _show_lost(line: LostLine) -> dict[str, Any]:
    return {
        "id": line.space.public_id,
        "name": line.space.name,
        "reasons": {reason.value: line.tries.get(reason, 0) for reason in DemandReason},
        "total": line.total,
    }
