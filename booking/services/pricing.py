"""Prices of stays, by the rates that a space has now."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from booking.bookers import Booker
from booking.models import Space
from booking.periods import Period
from booking.prices import Price, compute_price
from booking.rates import Rates, read_peaks
from booking.states import PaymentRule
from tenants.customers.models import Customer
from tenants.customers.states import CustomerState


def price_stay(space: Space, *, stay: Period, is_member: bool = False) -> Price:
    """Return what a stay in a space costs, and why; nothing where it is free of charge.

    Args:
        space: with its location.
        stay: when.
        is_member: whether the prices for members count.
    """
    return compute_price(stay, rates=rates_of(space), is_member=is_member)


def rates_of(space: Space) -> Rates:
    """Return the rates of a space whose location is loaded."""
    zone = ZoneInfo(space.location.time_zone)
    if space.payment == PaymentRule.FREE:
        return Rates(zone=zone, currency=space.currency, vat_percent=space.vat_percent)
    return Rates(
        zone=zone,
        currency=space.currency,
        hourly_minor=space.hourly_minor,
        half_day_minor=space.half_day_minor,
        half_day_hours=space.half_day_hours,
        daily_minor=space.daily_minor,
        weekly_minor=space.weekly_minor,
        monthly_minor=space.monthly_minor,
        peaks=read_peaks(space.peaks),
        member_percent=space.member_percent,
        vat_percent=space.vat_percent,
    )


def is_member(customer: Customer | None) -> bool:
    """Tell whether a company books at the prices for members."""
    return customer is not None and customer.is_member and customer.state == CustomerState.ACTIVE


def pays_as_member(booker: Booker) -> bool:
    """Tell whether somebody books for a company that is a member."""
    return booker.customer_id is not None and is_member(
        Customer.objects.filter(pk=booker.customer_id).first()
    )
