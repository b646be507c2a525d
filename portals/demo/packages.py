"""Builds the packages of the demo world through the services, and grants them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.models import Package
from booking.services.credits import grant_credit
from booking.services.packages import create_package
from portals.demo.people import DemoPackage
from spotex.kernel.actor import Actor
from tenants.customers.models import Contact

_ZONE = ZoneInfo("Europe/Rome")
_AGO = timedelta(days=20)


def build_package(plan: DemoPackage, *, actor: Actor, at: datetime) -> bool:
    """Create a package and grant it to those who have it, unless it exists; tell whether it was made."""
    if Package.objects.filter(name=plan.name).exists():
        return False
    package = create_package(
        actor=actor,
        name=plan.name,
        note=plan.note,
        minutes=plan.hours * 60,
        price_minor=plan.price_minor,
        valid_days=plan.valid_days,
    )
    for contact in Contact.objects.select_related("customer").filter(email__in=plan.holders):
        grant_credit(
            contact.customer,
            package=package,
            actor=actor,
            now=at - _AGO,
            zone=_ZONE,
            reason=plan.reason,
        )
    return True
