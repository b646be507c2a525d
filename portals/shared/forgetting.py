"""Deleting what nobody can use any more, in bites that hold no lock for long."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from portals.middleware.sessions import BINDING
from portals.shared.devices import list_dead_sessions
from spotex.kernel.keys import forget_old_keys
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.closing_steps import closing_step
from tenants.models import Closure

BITE: Final = 1_000
MOST_BITES: Final = 500
"""A night's work; what is left over is done in the next one."""


def delete_in_bites(rows: QuerySet[Any]) -> int:
    """Delete rows, a thousand in each statement; return how many, rows that hang on them too."""
    deleted = 0
    for _bite in range(MOST_BITES):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BITE])
        if not keys:
            break
        deleted += rows.model._default_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001
    return deleted


def forget_expired_sessions(*, at: datetime) -> int:
    """Delete browser sessions that have expired."""
    return delete_in_bites(Session.objects.filter(expire_date__lt=at))


def forget_dead_devices(*, at: datetime) -> int:
    """Delete what was remembered of sessions that are over."""
    return delete_in_bites(list_dead_sessions(at=at))


def forget_public_keys(*, at: datetime) -> int:
    """Delete old keys of repeated calls that belong to no agency, such as registrations."""
    with agency_scope(PUBLIC_SCHEMA):
        return sum(iter(lambda: forget_old_keys(at=at, limit=BITE), 0))


@closing_step("sessions")
def forget_sessions_of_agency(closure: Closure, *, at: datetime) -> datetime | None:  # noqa: ARG001  as all steps
    """Forget everybody's sessions in the portals of an agency that is being deleted."""
    forget_sessions_of(closure.agency_public_id)
    return None


def forget_sessions_of(agency_public_id: str) -> int:
    """Delete the browser sessions that are bound to an agency's portals; return how many.

    What a session is bound to is inside it: all have to be read.
    """
    doomed = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=BITE)
        if str(session.get_decoded().get(BINDING, "")).endswith(f":{agency_public_id}")
    ]
    for key in doomed:
        SessionStore(key).delete()  # in the cache, too
    return len(doomed)
