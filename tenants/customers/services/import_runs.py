"""Customers from a file, added by the one service, in the name of whoever asked.

“All or none” is one transaction. “The good lines” go in chunks; how far a file has come is written
with each chunk, so that a worker that dies leaves no line twice and none out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.customers.events import CustomersImported
from tenants.customers.import_lines import CheckedLine
from tenants.customers.models import CustomerImport
from tenants.customers.services.customers import create_customer
from tenants.customers.services.imports import check_file
from tenants.customers.states import ImportMode, ImportState
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership
from tenants.permissions import Permission

CHUNK: Final = 100


def run_import(public_id: str, *, agency_id: int) -> None:
    """Add the customers of a file in the name of whoever asked; done once, whatever happens."""
    agency = Agency.objects.get(pk=agency_id)
    with agency_scope(agency):
        found = CustomerImport.objects.filter(public_id=public_id).first()
        if found is None:
            return
        actor = _find_importer(found, agency=agency)
        with translation.override(actor.language or agency.language):
            if not actor.can(Permission.CUSTOMER_MANAGE):
                _fail(found, reason=_("Whoever asked may not add customers any more."))
            elif found.mode == ImportMode.ALL:
                _import_all(found, actor=actor)
            else:
                _import_good(found, actor=actor)


def _find_importer(found: CustomerImport, *, agency: Agency) -> Actor:
    """Return who asked, with what they may do now; nobody's permissions when they left."""
    membership = (
        Membership.objects.select_related("user")
        .filter(agency=agency, user_id=found.asker_id, user__is_active=True)
        .first()
    )
    if membership is None:
        return Actor(user_id=None, language=agency.language)
    return actor_of_member(membership, agency=snapshot_of(agency), via=Via.TASK)


@transaction.atomic
def _fail(found: CustomerImport, *, reason: str) -> None:
    found = lock_row(found)
    if found.state == ImportState.QUEUED:
        found.state, found.problem = ImportState.FAILED, reason
        found.save()


def _import_all(found: CustomerImport, *, actor: Actor) -> None:
    try:
        _add_all(found, actor=actor)
    except RuleViolation as error:
        _fail(found, reason=error.message)


class LinesRefused(RuleViolation):
    """Not every line can be imported."""

    code = "lines_refused"


@transaction.atomic
def _add_all(found: CustomerImport, *, actor: Actor) -> None:
    found = lock_row(found)
    if found.state != ImportState.QUEUED:
        return
    _table, lines = check_file(found)
    if not all(line.is_good for line in lines):
        raise LinesRefused(_("Some lines cannot be imported, so none was."))
    for line in lines:
        create_customer(actor=actor, **line.values)
    found.created = found.lines_seen = len(lines)
    _finish(found, actor=actor)


def _import_good(found: CustomerImport, *, actor: Actor) -> None:
    _table, lines = check_file(found)
    while _add_chunk(found, lines=lines, actor=actor):
        pass


@transaction.atomic
def _add_chunk(found: CustomerImport, *, lines: Sequence[CheckedLine], actor: Actor) -> bool:
    """Add the next lines; tell whether there are more."""
    found = lock_row(found)
    if found.state != ImportState.QUEUED:
        return False
    for line in lines[found.lines_seen : found.lines_seen + CHUNK]:
        reasons = line.reasons or _add_line(line, actor=actor)
        if reasons:
            found.refused.append([line.number, " ".join(reasons)])
        else:
            found.created += 1
    found.lines_seen = min(found.lines_seen + CHUNK, len(lines))
    is_over = found.lines_seen == len(lines)
    if is_over:
        _finish(found, actor=actor)
    else:
        found.save()
    return not is_over


def _add_line(line: CheckedLine, *, actor: Actor) -> list[str]:
    try:
        create_customer(actor=actor, **line.values)
    except RuleViolation as error:  # somebody was faster, or the plan is full
        return [error.message]
    return []


def _finish(found: CustomerImport, *, actor: Actor) -> None:
    found.state = ImportState.DONE
    found.save()
    if found.created:
        publish(
            CustomersImported(
                actor=actor,
                subject_public_id=found.public_id,
                subject_name=found.file_name,
                details={"added": found.created, "left_out": len(found.refused)},
            ),
        )
