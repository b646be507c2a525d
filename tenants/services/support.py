"""Support sessions: staff enters an agency's portal in somebody's place, and leaves again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, NotAllowed, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.due import cancel_due, schedule_due
from tenants.events import SupportAccessChanged, SupportEnded, SupportStarted
from tenants.models import Agency, Impersonation, User
from tenants.models.support import REASON_MAX_LENGTH
from tenants.selectors import find_membership, find_support_link
from tenants.services.staff import actor_of_staff
from tenants.states import AgencyState, PortalName
from tenants.tokens import digest_of, new_token

END_SUPPORT: Final = "tenants.end_support"
MINUTES: Final = (15, 30, 60)
LINK_SECONDS: Final = 120
"""How long the link from the admin to the portal works; it works once."""

REASON_MIN_LENGTH: Final = 10


class SupportClosed(RuleViolation):
    """The agency does not let support in, or is suspended."""

    code = "support_closed"


class SupportPersonUnfit(RuleViolation):
    """Nobody acts for this person: staff itself, deactivated, or not of this agency."""

    code = "support_person_unfit"


class SupportReasonMissing(RuleViolation):
    """Why is not said, or in too few words."""

    code = "support_reason_missing"


class SupportTimeUnknown(RuleViolation):
    """A session lasts as long as offered."""

    code = "support_time_unknown"


class SupportLinkInvalid(Missing):
    """The link was used, is too old or belongs to another portal."""

    code = "support_link_invalid"


@dataclass(frozen=True, kw_only=True)
class SupportWish:
    """What a member of the staff asks for."""

    person: User
    reason: str
    minutes: int
    writes: bool = False
    contact_public_id: str = ""
    """Set for the customer portal; the caller has looked the contact up."""

    @property
    def portal(self) -> PortalName:
        """Where the session takes place."""
        return PortalName.CUSTOMER if self.contact_public_id else PortalName.AGENCY


@transaction.atomic
def prepare_support(
    agency: Agency,
    *,
    wish: SupportWish,
    actor: Actor,
    at: datetime,
) -> tuple[Impersonation, str]:
    """Return a support session that waits, and the secret of the link that begins it, once.

    Another session of the same member of the staff ends now.

    Raises:
        NotAllowed: the actor is no member of the staff.
        SupportClosed: the agency lets nobody in.
        SupportPersonUnfit: nobody acts for this person here.
        SupportReasonMissing: the reason is too short or too long.
        SupportTimeUnknown: sessions do not last so long.
    """
    staff = _lock_staff(actor)
    agency = lock_row(agency)
    _require_open(agency)
    _require_fit(wish, agency=agency)
    reason = _clean_reason(wish.reason)
    if wish.minutes not in MINUTES:
        raise SupportTimeUnknown(_("Choose one of the times offered."), field="minutes")
    for other in Impersonation.objects.filter(staff=staff, ended_at=None):
        end_support(other, actor=actor_of_staff(staff, agency=other.agency), at=at)
    token = new_token()
    row = Impersonation.objects.create(
        agency=agency,
        staff=staff,
        person=wish.person,
        portal=wish.portal,
        contact_public_id=wish.contact_public_id,
        reason=reason,
        writes=wish.writes,
        token_digest=digest_of(token),
        link_until=at + timedelta(seconds=LINK_SECONDS),
        expires_at=at + timedelta(minutes=wish.minutes),
    )
    return row, token


def _lock_staff(actor: Actor) -> User:
    staff = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if staff is None or not staff.is_staff or not staff.is_active or actor.support_session:
        raise NotAllowed(_("Only Spotex’s staff may do this."))
    return staff


def _require_open(agency: Agency) -> None:
    if not agency.support_access:
        raise SupportClosed(_("This agency does not let support enter its portals."))
    if agency.state != AgencyState.ACTIVE:
        raise SupportClosed(
            _("The agency is suspended or closing: its portals show a notice to everybody.")
        )


def _require_fit(wish: SupportWish, *, agency: Agency) -> None:
    person = wish.person
    if person.is_staff:
        raise SupportPersonUnfit(_("Nobody acts for another member of the staff."), field="person")
    if not person.is_active:
        raise SupportPersonUnfit(_("This account is deactivated."), field="person")
    is_agency = wish.portal == PortalName.AGENCY
    if is_agency and find_membership(user_id=person.pk, agency_id=agency.pk) is None:
        raise SupportPersonUnfit(_("This person does not work in the agency."), field="person")


def _clean_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not REASON_MIN_LENGTH <= len(reason) <= REASON_MAX_LENGTH:
        raise SupportReasonMissing(
            _("Say why in %(least)s to %(most)s characters; the agency reads it.")
            % {"least": REASON_MIN_LENGTH, "most": REASON_MAX_LENGTH},
            field="reason",
        )
    return reason


@transaction.atomic
def begin_support(token: str, *, agency_id: int, portal: str, at: datetime) -> Impersonation:
    """Use a link, once: the session begins, the agency's trail and owners are told.

    Raises:
        SupportLinkInvalid: it was used, is too old, belongs elsewhere, or a right is gone.
    """
    found = find_support_link(token, agency_id=agency_id, portal=portal, at=at)
    row = lock_row(found) if found else None
    if row is None or row.opened_at is not None or row.ended_at is not None:
        raise SupportLinkInvalid(_("This link has been used or is too old. Begin again."))
    row.opened_at = at
    row.save(update_fields=["opened_at", "updated_at"])
    schedule_due(END_SUPPORT, key=row.public_id, at=row.expires_at, agency_id=agency_id)
    with agency_scope(row.agency):
        publish(
            SupportStarted(
                actor=actor_of_staff(row.staff, agency=row.agency),
                subject_public_id=row.public_id,
                subject_name=str(row.person),
                details={
                    "reason": row.reason,
                    "until": row.expires_at.isoformat(),
                    "writes": row.writes,
                },
                support_id=row.pk,
            ),
        )
    return row


@transaction.atomic
def end_support(row: Impersonation, *, actor: Actor, at: datetime) -> Impersonation:
    """End a session, or make its link useless; one that is over stays as it is."""
    row = lock_row(row)
    if row.ended_at is not None:
        return row
    row.ended_at = min(at, row.expires_at)
    row.save(update_fields=["ended_at", "updated_at"])
    cancel_due(END_SUPPORT, key=row.public_id)
    if row.opened_at is not None:
        with agency_scope(row.agency):
            publish(
                SupportEnded(
                    actor=actor,
                    subject_public_id=row.public_id,
                    subject_name=str(row.person),
                    session=row.public_id,
                ),
            )
    return row


def end_overdue_support(public_id: str, *, at: datetime) -> datetime | None:
    """End the session whose time is over; return when it is, if that is later."""
    row = Impersonation.objects.select_related("agency").filter(public_id=public_id).first()
    if row is None or row.ended_at is not None:
        return None
    if row.expires_at > at:
        return row.expires_at
    end_support(row, actor=system_actor(row.agency), at=at)
    return None


@transaction.atomic
def change_support_access(agency: Agency, *, actor: Actor, allowed: bool, at: datetime) -> Agency:
    """Let support in from now on, or no longer: what is open ends."""
    agency = lock_row(agency)
    if agency.support_access == allowed:
        return agency
    before, agency.support_access = agency.support_access, allowed
    agency.version += 1
    agency.save(update_fields=["support_access", "version", "updated_at"])
    with agency_scope(agency):
        publish(
            SupportAccessChanged(
                actor=actor,
                agency_id=agency.pk,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details={"support_access": [before, allowed]},
            ),
        )
    if not allowed:
        for row in Impersonation.objects.filter(agency=agency, ended_at=None):
            end_support(row, actor=actor, at=at)
    return agency
