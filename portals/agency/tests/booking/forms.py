"""What forms send, and what a page asks the database."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

WEEK = {"day_0_0_opens": "09:00", "day_0_0_closes": "18:00"}


LOCATION = {"name": "Casa Nuova", "time_zone": "Europe/Rome", **WEEK}


SPACE = {
    "name": "Sala Verde",
    "kind": "MEETING_ROOM",
    "capacity": 4,
    "seats": 0,
    "slot_minutes": 60,
    "min_minutes": 60,
    "max_minutes": 480,
    "buffer_minutes": 0,
    "notice_minutes": 0,
    "horizon_days": 90,
    "most_per_person": 0,
    "payment": "PREPAID",
    "hourly_price": "12.50",
    "vat_percent": 22,
    "free_cancel_hours": 24,
    "late_refund_percent": 0,
    "reminder_hours": 24,
    "patience_minutes": 0,
}


GUEST = {"name": "Gino Guest", "email": "gino@guest.test"}


def count_queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
