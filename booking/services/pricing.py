"""Prices of stays, by the rates that a space has now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Hold, Space
from booking.periods import Period
from booking.price_parts import sum_stay
from booking.prices import LEAST_PAID_MINOR, Price, compute_price
from booking.rates import Rates, read_peaks
from booking.states import PaymentRule
from spotex.kernel.errors import Conflict
from tenants.customers.models import Customer
from tenants.customers.states import CustomerState


class PriceChanged(Conflict):
    """The hold is over, and what it was held for costs another price now."""

    code = "price_changed"


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


def rule_for(space: Space, price: Price) -> PaymentRule:
    """Return how a price is paid: later what is too little for a card, or lent in a free space."""
    if not price.total_minor:
        return PaymentRule.FREE
    if price.total_minor < LEAST_PAID_MINOR or space.payment == PaymentRule.FREE:
        return PaymentRule.PAY_LATER
    return PaymentRule(space.payment)


def price_booking(
    space: Space, *, stay: Period, customer: Customer | None, hold: Hold | None, now: datetime
) -> Price:
    """Return the price of the hold as long as it lasts, else what the stay costs now.

    Raises:
        PriceChanged: the hold's time is up, and the price is another one now.
    """
    for_member = is_member(customer)
    is_same = hold is not None and hold.is_member_price == for_member
    if hold is not None and is_same and now < hold.expires_at:
        return hold.price
    price = price_stay(space, stay=stay, is_member=for_member)
    if hold is not None and is_same and price.total_minor != sum_stay(hold.price):
        raise PriceChanged(
            _("The time is no longer held for you, and its price has changed. Choose it again.")
        )
    return price
