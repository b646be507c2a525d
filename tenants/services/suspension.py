"""Closing an agency and opening it again, by staff or because its plan is not paid."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.events import AgencyResumed, AgencySuspended
from tenants.models import Agency
from tenants.selectors import find_open_subscription
from tenants.states import AGENCY_MACHINE, AgencyAction, SubscriptionStatus, SuspensionCause


class SubscriptionUnsettled(Conflict):
    """The agency is closed because of its subscription: that comes first."""

    code = "subscription_unsettled"


@transaction.atomic
def suspend_agency(
    agency: Agency,
    *,
    actor: Actor,
    reason: str,
    cause: SuspensionCause = SuspensionCause.STAFF,
) -> Agency:
    """Replace the agency's portals by a notice; data stays.

    Raises:
        IllegalMove: the agency is suspended already.
    """
    agency = lock_row(agency)
    AGENCY_MACHINE.apply(agency, AgencyAction.SUSPEND)
    agency.suspended_reason = reason[:200]
    agency.suspension_cause = cause
    agency.version += 1
    agency.save()
    with agency_scope(agency):
        publish(
            AgencySuspended(
                actor=actor,
                agency_id=agency.pk,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details={"reason": reason},
                cause=cause,
            ),
        )
    return agency


@transaction.atomic
def resume_agency(agency: Agency, *, actor: Actor) -> Agency:
    """Open the agency's portals again.

    Raises:
        IllegalMove: the agency is not suspended.
        SubscriptionUnsettled: its subscription is suspended or over.
    """
    agency = lock_row(agency)
    current = find_open_subscription(agency.pk)
    if current is not None and current.status in UNSETTLED:
        raise SubscriptionUnsettled(
            _("The subscription is not settled. Mark it as paid or reactivate it instead."),
        )
    return open_agency(agency, actor=actor)


UNSETTLED = (SubscriptionStatus.SUSPENDED, SubscriptionStatus.CANCELLED)


def open_agency(agency: Agency, *, actor: Actor) -> Agency:
    """Open an agency that the caller has locked.

    Raises:
        IllegalMove: the agency is not suspended.
    """
    AGENCY_MACHINE.apply(agency, AgencyAction.RESUME)
    cause = agency.suspension_cause
    agency.suspended_reason = ""
    agency.suspension_cause = SuspensionCause.NONE
    agency.version += 1
    agency.save()
    with agency_scope(agency):
        publish(
            AgencyResumed(
                actor=actor,
                agency_id=agency.pk,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                cause=cause,
            ),
        )
    return agency
