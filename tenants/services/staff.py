"""What Spotex's staff does: staff rights, deactivation, a new try of mails and due work.

People are never deleted, because rows of agencies point to them. The trail of these actions is
the public schema's: they concern the platform, not one agency.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.due import hasten_due_work
from tenants.events import (
    StaffExported,
    StaffHastenedWork,
    StaffResentMail,
    StaffRightsChanged,
    UserDeactivated,
    UserReactivated,
)
from tenants.models import Agency, DueWork, MailMessage, User
from tenants.permissions import Permission
from tenants.services.accounts import register_user
from tenants.services.mail import requeue_mail
from tenants.states import PortalName

STAFF_ROLE = "STAFF"


class OwnAccount(RuleViolation):
    """Nobody may lock themselves out."""

    code = "own_account"


def actor_of_staff(
    user: User,
    *,
    agency: Agency | None = None,
    address: str = "",
    via: Via = Via.BROWSER,
) -> Actor:
    """Return the actor that a member of the staff is, in one agency or for the platform."""
    return Actor(
        user_id=user.pk,
        user_public_id=user.public_id,
        name=user.full_name,
        email=user.email,
        language=user.language,
        portal=PortalName.ADMIN,
        agency_id=agency.pk if agency else None,
        agency_public_id=agency.public_id if agency else "",
        agency_slug=agency.slug if agency else "",
        schema=agency.schema_name if agency else PUBLIC_SCHEMA,
        role=STAFF_ROLE,
        permissions=frozenset(Permission),
        via=via,
        address=address,
    )


@transaction.atomic
def register_staff(*, email: str, password: str, full_name: str) -> User:
    """Create a member of Spotex's staff whose address counts as proved.

    Raises:
        EmailInvalid, EmailTaken: the address cannot be used.
        PasswordWeak: a validator refuses the password.
    """
    user = register_user(email=email, password=password, full_name=full_name, verified=True)
    return change_staff_rights(
        user,
        actor=actor_of_staff(user, via=Via.COMMAND),
        is_staff=True,
    )


@transaction.atomic
def change_staff_rights(user: User, *, actor: Actor, is_staff: bool) -> User:
    """Let a person into the staff admin, or no longer.

    Raises:
        OwnAccount: the actor takes the right from themselves.
    """
    if not is_staff:
        _require_other(user, actor=actor)
    user = lock_row(user)
    before, user.is_staff = user.is_staff, is_staff
    user.save(update_fields=["is_staff", "updated_at"])
    _tell(StaffRightsChanged, user, actor=actor, details={"is_staff": [before, is_staff]})
    return user


@transaction.atomic
def deactivate_user(user: User, *, actor: Actor) -> User:
    """End a person's access everywhere; memberships and history stay.

    Raises:
        OwnAccount: the actor means themselves.
    """
    _require_other(user, actor=actor)
    user = lock_row(user)
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    _tell(UserDeactivated, user, actor=actor)
    return user


@transaction.atomic
def reactivate_user(user: User, *, actor: Actor) -> User:
    """Let a person sign in again."""
    user = lock_row(user)
    user.is_active = True
    user.save(update_fields=["is_active", "updated_at"])
    _tell(UserReactivated, user, actor=actor)
    return user


def note_export(what: str, *, rows: int, actor: Actor) -> None:
    """Leave a line about a list that a member of the staff took out as a file."""
    with transaction.atomic(), agency_scope(PUBLIC_SCHEMA):
        publish(StaffExported(actor=actor, subject_name=what, details={"rows": rows}))


@transaction.atomic
def resend_mail(mail: MailMessage, *, actor: Actor, at: datetime) -> MailMessage:
    """Give a mail that failed for good all its attempts again.

    Raises:
        MailNotFailed: it waits or is sent.
        MailForgotten: it is so old that its text is gone.
    """
    with agency_scope(PUBLIC_SCHEMA):
        mail = requeue_mail(mail, at=at)
        publish(
            StaffResentMail(
                actor=actor, subject_public_id=mail.public_id, subject_name=mail.recipient
            )
        )
    return mail


@transaction.atomic
def hasten_work(work: DueWork, *, actor: Actor, at: datetime) -> None:
    """Let work that waits be done now."""
    with agency_scope(PUBLIC_SCHEMA):
        hasten_due_work(work, at=at)
        publish(StaffHastenedWork(actor=actor, subject_name=f"{work.kind} {work.key}"[:200]))


def _require_other(user: User, *, actor: Actor) -> None:
    if user.pk == actor.user_id:
        raise OwnAccount(_("You cannot do this to your own account. Ask a colleague."))


def _tell(
    kind: type[StaffRightsChanged | UserDeactivated | UserReactivated],
    user: User,
    *,
    actor: Actor,
    details: dict[str, object] | None = None,
) -> None:
    with agency_scope(PUBLIC_SCHEMA):
        publish(
            kind(
                actor=actor,
                subject_public_id=user.public_id,
                subject_name=str(user),
                details=details or {},
            ),
        )
