"""Files with customers: sent, read, corrected, looked at, and asked to be imported.

Importing is due work, see ``import_runs``: a request never waits for a thousand lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import NotAllowed, RuleViolation
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import require
from tenants.customers.import_files import (
    DELIMITERS,
    ENCODINGS,
    REQUIRED_FIELDS,
    ImportFileInvalid,
    Table,
    guess_columns,
    guess_delimiter,
    guess_encoding,
    read_table,
)
from tenants.customers.import_lines import CheckedLine, KnownCustomers, check_lines
from tenants.customers.models import Customer, CustomerImport
from tenants.customers.selectors import count_customers
from tenants.customers.states import CustomerState, ImportMode, ImportState
from tenants.due import schedule_due
from tenants.lengths import NAME_MAX_LENGTH
from tenants.limits import UNLIMITED, effective_limit
from tenants.models import Agency
from tenants.permissions import Permission

RUN: Final = "customers.run_import"
FORGET: Final = "customers.forget_import"
KEPT: Final = timedelta(days=30)


class ColumnsMissing(RuleViolation):
    """No column is named for something that every customer has."""

    code = "columns_missing"


class ImportUnderSupport(NotAllowed):
    """What is done later would not be told as support's work."""

    code = "import_under_support"


def _require_importer(actor: Actor) -> int:
    """Return who imports: a person, never support in their place."""
    require(actor, Permission.CUSTOMER_MANAGE)
    if actor.support_session or actor.user_id is None:
        raise ImportUnderSupport(_("Support cannot import files in somebody's place."))
    return actor.user_id


@transaction.atomic
def upload_customers(
    *, actor: Actor, file_name: str, content: bytes, at: datetime
) -> CustomerImport:
    """Take a file with customers; it waits to be looked at. An earlier one that waits goes.

    Raises:
        NotAllowed: the role may not add customers.
        ImportFileInvalid: the file cannot be read as a table.
    """
    person = _require_importer(actor)
    encoding = guess_encoding(content)
    delimiter = guess_delimiter(content, encoding=encoding)
    table = read_table(content, encoding=encoding, delimiter=delimiter)
    waiting = CustomerImport.objects.filter(asker_id=person, state=ImportState.DRAFT)
    waiting.delete()
    found = CustomerImport.objects.create(
        asker_id=person,
        file_name=file_name.replace("\0", "").strip()[-NAME_MAX_LENGTH:] or "customers.csv",
        content=content,
        encoding=encoding,
        delimiter=delimiter,
        columns=guess_columns(table.heads),
        lines=len(table.rows),
    )
    schedule_due(FORGET, key=found.public_id, at=at + KEPT, agency_id=actor.agency_id)
    return found


@transaction.atomic
def change_import(
    found: CustomerImport,
    *,
    actor: Actor,
    encoding: str,
    delimiter: str,
    columns: Mapping[str, int],
) -> CustomerImport:
    """Read a waiting file in another way; one that is being imported stays as it is.

    Args:
        found: the file.
        actor: who corrects what was guessed.
        encoding: one of ``ENCODINGS``.
        delimiter: one of ``DELIMITERS``.
        columns: field → index; guessed anew when the file falls into other columns.

    Raises:
        NotAllowed: the role may not add customers.
        ImportFileInvalid: the file cannot be read like this.
    """
    _require_importer(actor)
    found = lock_row(found)
    if found.state != ImportState.DRAFT:
        return found
    if encoding not in ENCODINGS or delimiter not in DELIMITERS:
        raise ImportFileInvalid(_("The file cannot be read like this."), field="encoding")
    table = read_table(bytes(found.content), encoding=encoding, delimiter=delimiter)
    is_same = (found.encoding, found.delimiter) == (encoding, delimiter)
    found.encoding, found.delimiter = encoding, delimiter
    found.columns = dict(columns) if is_same else guess_columns(table.heads)
    found.lines = len(table.rows)
    found.save()
    return found


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """What would become of a file now."""

    table: Table
    lines: list[CheckedLine]
    room: int | None
    """How many customers the plan still takes; None without a limit."""

    @property
    def good(self) -> list[CheckedLine]:
        """The lines that can be added."""
        return [line for line in self.lines if line.is_good]

    @property
    def refused(self) -> list[CheckedLine]:
        """The lines that cannot."""
        return [line for line in self.lines if not line.is_good]


def preview_import(found: CustomerImport, *, actor: Actor) -> ImportPreview:
    """Return what would become of a file if it were imported now."""
    table, lines = check_file(found)
    agency = Agency.objects.select_related("plan").get(pk=actor.agency_id or 0)
    most = effective_limit(agency, "customers")
    room = None if most == UNLIMITED else max(most - count_customers(), 0)
    return ImportPreview(table=table, lines=lines, room=room)


def check_file(found: CustomerImport) -> tuple[Table, list[CheckedLine]]:
    """Return the file as a table, and what would become of its lines now."""
    table = read_table(bytes(found.content), encoding=found.encoding, delimiter=found.delimiter)
    return table, check_lines(table.rows, columns=found.columns, known=_list_known())


def _list_known() -> KnownCustomers:
    rows = Customer.objects.values_list("email", "vat_number", "name", "state")
    by_email: dict[str, str] = {}
    by_vat_number: dict[str, str] = {}
    for email, vat_number, name, state in rows:
        is_archived = state == CustomerState.ARCHIVED
        shown = _("%(name)s (archived)") % {"name": name} if is_archived else name
        by_email[email.lower()] = shown
        by_vat_number[vat_number] = shown
    return KnownCustomers(by_email=by_email, by_vat_number=by_vat_number)


@transaction.atomic
def start_import(found: CustomerImport, *, actor: Actor, mode: str, at: datetime) -> CustomerImport:
    """Let the customers of a file be added soon; asked twice, they are added once.

    Raises:
        NotAllowed: the role may not add customers.
        ColumnsMissing: no column is named for the name or the e-mail address.
    """
    person = _require_importer(actor)
    found = lock_row(found)
    if found.state != ImportState.DRAFT:
        return found
    if any(name not in found.columns for name in REQUIRED_FIELDS):
        raise ColumnsMissing(_("Choose the columns of the name and of the e-mail address."))
    found.state, found.mode = ImportState.QUEUED, ImportMode(mode)
    found.asker_id = person
    found.save()
    schedule_due(RUN, key=found.public_id, at=at, agency_id=actor.agency_id)
    return found


def list_refused_lines(found: CustomerImport) -> tuple[Table, dict[int, str]]:
    """Return the file and the reasons against lines of it, by number; as they were, once done."""
    table, lines = check_file(found)
    if found.state == ImportState.DONE:
        return table, {int(number): str(reason) for number, reason in found.refused}
    return table, {line.number: " ".join(line.reasons) for line in lines if line.reasons}


def forget_import(public_id: str, *, agency_id: int) -> None:
    """Delete a file that was kept long enough."""
    agency = Agency.objects.get(pk=agency_id)
    with agency_scope(agency):
        CustomerImport.objects.filter(public_id=public_id).delete()
