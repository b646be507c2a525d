"""Calendars elsewhere: added by an address or a file, read again and again, removed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.calendar_reading import CalendarUnusable, Occurrence
from booking.drivers.reading import read_calendar_apart
from booking.due_kinds import READ_CALENDAR
from booking.events import (
    OutsideCalendarAdded,
    OutsideCalendarEvent,
    OutsideCalendarFailed,
    OutsideCalendarRemoved,
    OutsideEventIgnored,
)
from booking.models import OutsideCalendar, OutsideEvent, Space
from booking.models.outside import URL_MAX_LENGTH
from booking.outside_problems import PROBLEMS
from booking.services.naming import require_name
from booking.services.outside_busy import end_all_events, follow_events, list_sharing, settle_events
from booking.states import OutsideState
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.limits import HOUR, require_within
from spotex.kernel.locks import lock_row
from spotex.kernel.outgoing import FetchFailed, FetchProblem, Wanted, fetch, require_address
from tenants.due import cancel_due, schedule_due

logger = logging.getLogger(__name__)

EVERY: Final = timedelta(minutes=30)
AHEAD: Final = timedelta(days=400)
MOST_BYTES: Final = 2 * 1_024 * 1_024
CALENDARS_MAX: Final = 10
FILES_PER_HOUR: Final = 20
_FULL_EVERY: Final = timedelta(hours=20)
"""A calendar is read in full so often even if nothing changed: the time ahead moves on."""

_PAUSES: Final = (EVERY, EVERY, timedelta(hours=2), timedelta(hours=6))


class OutsideAddressInvalid(RuleViolation):
    """No calendar can be read there."""

    code = "outside_address_invalid"


class OutsideFileUnusable(RuleViolation):
    """The file is no calendar that can be used."""

    code = "outside_file_unusable"


class TooManyCalendars(RuleViolation):
    """The space has as many calendars elsewhere as can be told apart."""

    code = "too_many_outside_calendars"


@transaction.atomic
def add_outside_calendar(
    space: Space, *, actor: Actor, name: str, url: str, at: datetime
) -> OutsideCalendar:
    """Let a calendar at an address keep a space busy; it is read for the first time soon.

    Raises:
        NameMissing, OutsideAddressInvalid, TooManyCalendars: an input breaks a rule.
    """
    url = url.strip()
    if url.startswith("webcal://"):
        url = f"https://{url.removeprefix('webcal://')}"
    try:
        require_address(url[: URL_MAX_LENGTH + 1])
    except FetchFailed as error:
        raise OutsideAddressInvalid(str(PROBLEMS[error.problem].remedy), field="url") from error
    if len(url) > URL_MAX_LENGTH:
        raise OutsideAddressInvalid(_("The address is too long."), field="url")
    calendar = _make(space, name=name, url=url)
    calendar.save()
    schedule_due(READ_CALENDAR, key=calendar.public_id, at=at, agency_id=actor.agency_id)
    _tell(OutsideCalendarAdded, calendar, actor=actor)
    return calendar


def add_outside_file(
    space: Space, *, actor: Actor, name: str, content: bytes, at: datetime
) -> OutsideCalendar:
    """Let the events of a file keep a space busy, those of the next thirteen months.

    Raises:
        NameMissing, OutsideFileUnusable, TooManyCalendars: an input breaks a rule.
        LimitExceeded: the agency tries too many files.
    """
    require_within("outside-file", str(actor.agency_id), allowed=FILES_PER_HOUR, seconds=HOUR)
    if len(content) > MOST_BYTES:
        raise OutsideFileUnusable(_("The file is larger than 2 MB."), field="file")
    try:
        found = _read(content, zone=space.location.time_zone, at=at)
    except CalendarUnusable as error:
        words = PROBLEMS[error.problem]
        raise OutsideFileUnusable(f"{words.cause} {words.remedy}", field="file") from error
    with transaction.atomic():
        calendar = _make(space, name=name, url="")
        calendar.tried_at = calendar.read_at = at
        calendar.save()
        _tell(OutsideCalendarAdded, calendar, actor=actor)
        follow_events(calendar, found, actor=actor, at=at)
    return calendar


def _make(space: Space, *, name: str, url: str) -> OutsideCalendar:
    lock_row(space)
    open_ones = OutsideCalendar.objects.filter(space=space, removed_at=None)
    if open_ones.count() >= CALENDARS_MAX:
        raise TooManyCalendars(
            _("There are %(count)s calendars already. Remove one first.")
            % {"count": CALENDARS_MAX},
        )
    return OutsideCalendar(space=space, name=require_name(name), url=url)


def _read(content: bytes, *, zone: str, at: datetime) -> list[Occurrence]:
    return read_calendar_apart(content, zone=zone, start=at, end=at + AHEAD)


def read_outside_calendar(calendar: OutsideCalendar, *, actor: Actor, at: datetime) -> datetime:
    """Read a calendar at its address and follow it; return when to read it again.

    Not in a transaction: the other side may take its time. What was known stays busy while it
    cannot be read.
    """
    is_recent = calendar.read_at is not None and calendar.read_at > at - _FULL_EVERY
    is_known = is_recent and not calendar.problem
    try:
        answer = fetch(
            Wanted(
                url=calendar.url,
                most_bytes=MOST_BYTES,
                etag=calendar.etag if is_known else "",
                last_modified=calendar.last_modified if is_known else "",
            )
        )
        found = None
        if answer.content is not None:
            found = _read(answer.content, zone=calendar.space.location.time_zone, at=at)
    except FetchFailed as error:
        return _note_failure(calendar, error.problem, status=error.status, actor=actor, at=at)
    except CalendarUnusable as error:
        return _note_failure(calendar, error.problem, status=0, actor=actor, at=at)
    except Exception:  # what nobody foresaw must not go on unseen, whatever strangers sent
        logger.exception("calendar %s could not be read", calendar.public_id)
        problem = FetchProblem.ANSWERED_BADLY
        return _note_failure(calendar, problem, status=0, actor=actor, at=at)
    with transaction.atomic():
        calendar = _lock(calendar)
        if calendar.removed_at is not None:
            return at + EVERY
        calendar.etag, calendar.last_modified = answer.etag, answer.last_modified
        calendar.problem, calendar.status, calendar.tried_at = "", 0, at
        if found is None:
            settle_events(list_sharing(calendar.space), actor=actor, at=at)
        else:
            calendar.read_at = at
            follow_events(calendar, found, actor=actor, at=at)
        calendar.save()
    return at + EVERY


@transaction.atomic
def _note_failure(
    calendar: OutsideCalendar, problem: str, *, status: int, actor: Actor, at: datetime
) -> datetime:
    calendar = _lock(calendar)
    is_new = not calendar.problem
    calendar.problem, calendar.status, calendar.tried_at = str(problem), status, at
    calendar.save()
    if is_new:
        _tell(OutsideCalendarFailed, calendar, actor=actor, problem=str(problem))
    since = at - (calendar.read_at or calendar.created_at)
    return at + next((pause for pause in _PAUSES if since < pause * 6), _PAUSES[-1])


@transaction.atomic
def read_soon(calendar: OutsideCalendar, *, actor: Actor, at: datetime) -> None:
    """Read a calendar at the next opportunity instead of in half an hour."""
    schedule_due(READ_CALENDAR, key=calendar.public_id, at=at, agency_id=actor.agency_id)


@transaction.atomic
def remove_outside_calendar(
    calendar: OutsideCalendar, *, actor: Actor, at: datetime
) -> OutsideCalendar:
    """Free what a calendar keeps busy and read it no longer; doing it again changes nothing."""
    calendar = _lock(calendar)
    if calendar.removed_at is None:
        calendar.removed_at = at
        calendar.save()
        cancel_due(READ_CALENDAR, key=calendar.public_id)
        end_all_events(calendar)
        settle_events(list_sharing(calendar.space), actor=actor, at=at)
        _tell(OutsideCalendarRemoved, calendar, actor=actor)
    return calendar


@transaction.atomic
def ignore_outside_event(event: OutsideEvent, *, actor: Actor) -> OutsideEvent:
    """Let a colliding event not count: what is reserved stays, and the rest of its time is free.

    It counts anew when its time changes. Doing it again changes nothing.
    """
    calendar = event.calendar
    event = lock_row(event)
    event.calendar = calendar
    if event.state == OutsideState.CONFLICT:
        event.state = OutsideState.IGNORED
        event.save()
        _tell(OutsideEventIgnored, calendar, actor=actor, title=event.title)
    return event


@transaction.atomic
def retry_outside_event(event: OutsideEvent, *, actor: Actor, at: datetime) -> bool:
    """Tell whether a colliding event keeps the space busy now that somebody looked after it."""
    return bool(settle_events(OutsideEvent.objects.filter(pk=event.pk), actor=actor, at=at))


def _lock(calendar: OutsideCalendar) -> OutsideCalendar:
    space = calendar.space
    calendar = lock_row(calendar)
    calendar.space = space
    return calendar


def _tell(
    kind: type[OutsideCalendarEvent], calendar: OutsideCalendar, *, actor: Actor, **details: str
) -> None:
    space = calendar.space
    publish(
        kind(
            actor=actor,
            subject_public_id=space.public_id,
            subject_name=space.name,
            details={"calendar": calendar.name, **details},
        )
    )
