"""A place to book through the API, and moments at which one books."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from portals.api.tests.conftest import Caller

ALWAYS: Final = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(7)]
HOUSE: Final[dict[str, Any]] = {
    "name": "Casa Acme",
    "time_zone": "Etc/UTC",
    "keeps_holidays": False,
    "opening_hours": ALWAYS,
}
ROOM: Final[dict[str, Any]] = {"name": "Sala Blu", "kind": "MEETING_ROOM"}
PAID: Final[dict[str, Any]] = {
    "hourly_price": {"amount_minor": 1000, "currency": "EUR"},
    "payment": "PREPAID",
}


def make_house(calls: Caller, **fields: Any) -> str:
    """Make a location that is always open, by the clock of the world; return its id."""
    answer = calls("POST", "locations", {**HOUSE, **fields}, status=201)
    return str(answer["data"]["id"])


def make_room(calls: Caller, **fields: Any) -> str:
    """Make a space that is free of charge, in a new location if none is named; return its id."""
    house = fields.pop("location", "") or make_house(calls)
    answer = calls("POST", "spaces", {**ROOM, "location": house, **fields}, status=201)
    return str(answer["data"]["id"])


def at(hour: int, *, day: int = 1, minute: int = 0) -> datetime:
    """Return a moment on one of the days to come."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=day, hours=hour, minutes=minute)


def slot_of(room: str, start: datetime, *, minutes: int = 60) -> str:
    """Return the id of a slot."""
    return f"slot_{room.removeprefix('spc_')}_{start:%Y%m%dt%H%M}z_{minutes}"


def stay(start: datetime, *, hours: float = 1) -> dict[str, str]:
    """Return beginning and end as a body has them."""
    return {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=hours)).isoformat(),
    }
