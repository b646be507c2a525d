"""An agency with a house full of spaces, shared by the benchmarks of bookings."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from booking.models import Claim, Location, Space
from booking.opening import Hours
from booking.services.locations import create_location
from booking.services.spaces import create_space
from spotex.kernel.actor import Via
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.models import Agency, User
from tenants.services.agencies import create_agency
from tenants.states import Tier

_SLUG: Final = "bench-spaces"
_EMAIL: Final = "spaces@bench.test"
_WEEK: Final = [Hours(weekday=day, opens=8 * 60, closes=20 * 60) for day in range(7)]
_OVERLAPS: Final = """
    SELECT count(*) FROM booking_claim a JOIN booking_claim b
    ON a.id < b.id AND a.unit && b.unit AND a.busy && b.busy AND a.valid && b.valid
"""
_FILL: Final = """
    INSERT INTO booking_claim (unit, busy, valid, kind, subject, created_at)
    SELECT int8range(unit_low, unit_high), tstzrange(start, start + interval '1 hour'),
           tstzrange(now(), NULL), 'RESERVATION', 'res_' || id || '_' || day || '_' || n, now()
    FROM booking_space, generate_series(0, %s) AS day, generate_series(0, 9) AS n,
         LATERAL (SELECT %s::timestamptz + interval '1 day' * day + interval '1 hour' * n) AS t(start)
    ON CONFLICT DO NOTHING
"""


def ensure_house(*, spaces: int) -> Agency:
    """Return an agency with a house that has that many spaces, open from eight to eight."""
    agency = Agency.objects.select_related("plan").filter(slug=_SLUG).first()
    if agency is None:
        owner = User.objects.create_user(_EMAIL, secrets.token_urlsafe(16), full_name="Sara Spazi")
        agency = create_agency(
            name="Bench spaces", slug=_SLUG, tier=Tier.ENTERPRISE, owner=owner, via=Via.COMMAND
        )
    actor = system_actor(agency)
    with agency_scope(agency):
        house = Location.objects.first() or create_location(
            actor=actor,
            name="Casa",
            time_zone="Etc/UTC",
            opening_hours=_WEEK,
            keeps_holidays=False,
        )
        for number in range(Space.objects.count(), spaces):
            create_space(actor=actor, location=house, name=f"Sala {number}")
    return agency


def fill_calendars(*, days: int) -> int:
    """Book every space ten hours of each day from tomorrow on; return how many claims there are."""
    first = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [days - 1, first])
        cursor.execute("ANALYZE booking_claim")
    return Claim.objects.count()


def count_overlaps() -> int:
    """Count the pairs of claims of which one must not exist."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        return int(cursor.fetchone()[0])
