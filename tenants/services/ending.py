"""The steps of deleting an agency that this context does: tables and rows, files, people.

Tables and rows go in one transaction: there is never an agency without its schema. What remains is
the closure's row, with what was billed, and one line in the platform's own trail.

Source: ADR 0031; art. 2220 Codice civile (accounts are kept for ten years).
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.db.models import CASCADE
from psycopg import sql

from spotex.kernel.events import publish
from spotex.kernel.locks import (
    WAIT_MILLISECONDS,
    busy,
    is_lock_timeout,
    lock_row,
    set_lock_timeout,
)
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.access import system_actor
from tenants.closing_steps import closing_step
from tenants.events import AgencyDeleted
from tenants.hosts import forget_hosts
from tenants.models import Agency, Closure, MailMessage, Membership, Subscription, User
from tenants.services.archiving import list_people_columns
from tenants.services.exports import folder_of_exports
from tenants.states import MailState

PEOPLE_AT_ONCE: Final = 50
SCHEMAS_AT_ONCE: Final = 50
_EXISTING: Final = """
    SELECT schemaname FROM pg_tables WHERE tablename = 'customers_contact' AND schemaname = ANY(%s)
"""
LOOK_AGAIN: Final = timedelta(minutes=5)
_BILLED: Final = (
    *("public_id", "tier", "status", "price_minor", "amount_minor", "currency"),
    *("period_start", "period_end", "paid_at", "payment_reference"),
)


@closing_step("data")
def delete_tables(closure: Closure, *, at: datetime) -> datetime | None:  # noqa: ARG001  as all steps
    """Delete schema and rows of the agency, and write down what is kept.

    Raises:
        Busy: others use the tables of people for too long.
    """
    agency = Agency.objects.filter(pk=closure.agency_id or 0).first()
    if agency is None:
        return None  # a worker that was killed afterwards did it
    try:
        _delete_tables(agency, closure)
    except OperationalError as error:
        if is_lock_timeout(error):
            raise busy() from error
        raise
    forget_hosts()
    return None


@transaction.atomic
def _delete_tables(agency: Agency, closure: Closure) -> None:
    set_lock_timeout(WAIT_MILLISECONDS)
    closure.people = sorted(_list_people(agency))
    closure.accounts = _list_accounts(agency)
    _forget_notices(agency)
    with agency_scope(PUBLIC_SCHEMA):
        publish(
            AgencyDeleted(
                actor=system_actor(agency),
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details={"closure": closure.public_id},
                agency_id=agency.pk,
                closure_id=closure.pk,
            )
        )
    connection.check_constraints()  # nothing may be left to check in what is dropped
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(agency.schema_name))
        )
    Closure.objects.filter(agency=agency).exclude(pk=closure.pk).delete()
    closure.agency = None
    closure.save()
    Agency.objects.filter(pk=agency.pk).delete()


def _list_people(agency: Agency) -> set[int]:
    """Return the keys of everybody whom the agency's tables refer to."""
    found = set(Membership.objects.filter(agency=agency).values_list("user_id", flat=True))
    with connection.cursor() as cursor:
        for table, column in list_people_columns(agency.schema_name):
            cursor.execute(
                sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL").format(
                    sql.Identifier(column), sql.Identifier(agency.schema_name, table)
                )
            )
            found.update(row[0] for row in cursor.fetchall())
    return found


def _list_accounts(agency: Agency) -> list[dict[str, Any]]:
    rows = Subscription.objects.filter(agency=agency).order_by("pk").values(*_BILLED)
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _forget_notices(agency: Agency) -> None:
    """Delete the platform's own mails about the agency."""
    MailMessage.objects.filter(about=agency).delete()


@closing_step("files")
def delete_files(closure: Closure, *, at: datetime) -> datetime | None:  # noqa: ARG001  as all steps
    """Delete the agency's uploads and its archives."""
    if closure.schema_name:
        shutil.rmtree(folder_of_exports(closure.schema_name), ignore_errors=True)
        _delete_folder(f"agencies/{closure.schema_name}")
    return None


def _delete_folder(folder: str) -> None:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        default_storage.delete(f"{folder}/{name}")
    for name in folders:
        _delete_folder(f"{folder}/{name}")
    default_storage.delete(folder)


@closing_step("people")
def erase_people(closure: Closure, *, at: datetime) -> datetime | None:
    """Erase who has no place anywhere else, once their last mail is out."""
    while closure.people:
        chunk = set(closure.people[:PEOPLE_AT_ONCE])
        doomed = _list_homeless(chunk)
        emails = User.objects.filter(pk__in=doomed).values("email")
        if MailMessage.objects.filter(state=MailState.QUEUED, recipient__in=emails).exists():
            return at + LOOK_AGAIN
        with transaction.atomic():
            locked = User.objects.select_for_update().filter(pk__in=doomed).order_by("pk")
            members = set(
                Membership.objects.values_list("user_id", flat=True).filter(user__in=doomed)
            )
            for user in locked:
                if user.pk not in members:  # who joined an agency a moment ago stays
                    erase_person(user)
            closure.people = [key for key in closure.people if key not in chunk]
            closure.save(update_fields=["people", "updated_at"])
    return None


def _list_homeless(keys: set[int]) -> set[int]:
    """Return those who are no staff, no member and no contact of any agency."""
    people = User.objects.filter(pk__in=keys, is_staff=False)
    homeless = set(people.filter(memberships=None).values_list("pk", flat=True))
    schemas = list(Agency.objects.order_by("pk").values_list("schema_name", flat=True))
    for first in range(0, len(schemas), SCHEMAS_AT_ONCE):
        if not homeless:
            break
        homeless -= _find_contacts(homeless, schemas[first : first + SCHEMAS_AT_ONCE])
    return homeless


def _find_contacts(keys: set[int], schemas: list[str]) -> set[int]:
    """Return those of some people who are contacts in some agencies, whose schemas still exist."""
    with connection.cursor() as cursor:
        cursor.execute(_EXISTING, [schemas])
        schemas = [schema for (schema,) in cursor.fetchall()]
    if not schemas:
        return set()
    one = sql.SQL("SELECT user_id FROM {} WHERE user_id = ANY(%(keys)s)")
    asked = sql.SQL(" UNION ").join(
        one.format(sql.Identifier(schema, "customers_contact")) for schema in schemas
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, {"keys": list(keys)})
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic
def erase_person(user: User) -> None:
    """Forget who a person was; the row stays, because rows of agencies may point to it.

    Source: RFC 2606 §2 reserves ``.invalid``.
    """
    user = lock_row(user)
    MailMessage.objects.filter(recipient=user.email).delete()
    for relation in User._meta.related_objects:  # noqa: SLF001
        if relation.on_delete is CASCADE:
            relation.related_model._default_manager.filter(  # noqa: SLF001
                **{relation.field.name: user}
            ).delete()
    user.email = f"{user.public_id}@erased.invalid"
    user.full_name = user.language = ""
    user.is_active = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
