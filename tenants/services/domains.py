"""Own domains: asked for, put to use, removed. What DNS says is ``domain_checks``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.limits import require_within
from spotex.kernel.locks import lock_row
from tenants.domain_names import DOMAIN_MAX_LENGTH, DomainUnfit, clean_domain, read_domain
from tenants.due import cancel_due, schedule_due
from tenants.events import (
    DomainAdded,
    DomainChanged,
    DomainCheckRequested,
    DomainEdited,
    DomainRemoved,
)
from tenants.host_claims import find_host_claim
from tenants.models import Agency, Domain
from tenants.services.plans import reserve_limit
from tenants.states import DomainState, PortalName

CHECK: Final = "tenants.check_domain"
"""Kind of due work: look at a domain's records; the key is its public id."""

CERTIFY: Final = "tenants.certify_domain"
"""Kind of due work: look at a domain's certificate, which makes the proxy obtain one."""

CHECKS_PER_MINUTE: Final = 6
SAFETY_NET: Final = timedelta(seconds=30)
"""When the appointment catches a check whose message to the workers was lost."""

HELD: Final = (DomainState.LIVE, DomainState.BROKEN)
"""States in which nobody else can have the domain."""


class DomainInvalid(RuleViolation):
    """The text cannot be an own domain."""

    code = "domain_invalid"


class DomainTaken(RuleViolation):
    """The domain is in use already."""

    code = "domain_taken"


class DomainStale(Conflict):
    """Somebody changed the domain meanwhile."""

    code = "stale"


@transaction.atomic
def add_domain(*, actor: Actor, domain: str, portal: str, at: datetime) -> Domain:
    """Ask for a domain for one of the portals of the actor's agency; checks begin by themselves.

    Raises:
        DomainInvalid: it is no domain that an agency can own.
        DomainTaken: the agency has it already, a site has it, or somebody else proved that it is
            theirs.
        LimitReached: the plan includes no more of them.
    """
    agency_id = actor.agency_id or 0
    name = clean_own_domain(domain)
    rows = Domain.objects.filter(tenant_id=agency_id)
    reserve_limit(agency_id, resource="custom_domains", count=rows.count)
    if rows.filter(domain=name).exists():
        raise DomainTaken(_("You have added this domain already."), field="domain")
    claimed_by = find_host_claim(name)
    if claimed_by == agency_id:
        raise DomainTaken(_("One of your sites has this address."), field="domain")
    if claimed_by is not None or Domain.objects.filter(domain=name, state__in=HELD).exists():
        raise DomainTaken(
            _("This domain is in use already. If it is yours, write to support."),
            field="domain",
        )
    row = Domain.objects.create(
        domain=name,
        tenant_id=agency_id,
        portal=portal,
        is_primary=not rows.filter(portal=portal, is_primary=True).exists(),
        check_requested_at=at,
    )
    schedule_due(CHECK, key=row.public_id, at=at + SAFETY_NET, agency_id=agency_id)
    _tell(DomainAdded, row, actor=actor, details={"portal": [None, portal]})
    _ask_for_check(row, actor=actor)
    return row


def is_portal_host(host: str, *, agency_id: int) -> bool:
    """Tell whether a host is a portal's, or lies below a domain that another agency proved."""
    labels = host.split(".")
    above = [".".join(labels[first:]) for first in range(1, len(labels))]
    foreign = Q(domain__in=above) & ~Q(tenant_id=agency_id)
    return Domain.objects.filter(Q(domain=host) | foreign, state__in=HELD).exists()


def clean_own_domain(text: str) -> str:
    """Return a domain in its stored form.

    Raises:
        DomainInvalid: it is no domain that an agency can own.
    """
    reserved = (settings.SPOTEX_BASE_DOMAIN, settings.SPOTEX_DOMAIN_TARGET)
    try:
        return clean_domain(text, reserved=reserved)
    except DomainUnfit as error:
        raise DomainInvalid(_why_unfit(str(error)), field="domain") from error


def _why_unfit(code: str) -> str:
    sentences = {
        "address": _("Enter a domain, not an IP address."),
        "length": _("A domain has at most %(most)s characters.") % {"most": DOMAIN_MAX_LENGTH},
        "special": _("This name works in private networks only."),
        "platform": _("Addresses of the platform are given out by the platform."),
        "suffix": _("This is a suffix that many share. Enter a domain of your own below it."),
    }
    plain = _("Enter a domain such as clients.example.com, without https:// and without a path.")
    return sentences.get(code, plain)


@transaction.atomic
def change_domain(
    domain: Domain,
    *,
    actor: Actor,
    portal: str | None = None,
    is_primary: bool | None = None,
    version: int | None = None,
) -> Domain:
    """Let a domain serve another portal, or links and mails use it.

    Args:
        domain: the row.
        actor: who changes it.
        portal: the one portal that it serves; None keeps it.
        is_primary: whether links use it while it is live; None keeps it.
        version: what the caller saw, None for anything.

    Raises:
        DomainStale: the row has another version.
    """
    lock_row(Agency(pk=domain.tenant_id))  # the primary of a portal is one among its rows
    domain = lock_row(domain)
    if version is not None and version != domain.version:
        raise DomainStale(_("This domain changed meanwhile. Look at it again before saving."))
    before = {"portal": domain.portal, "is_primary": domain.is_primary}
    domain.portal = portal or domain.portal
    others = _others(domain).filter(portal=domain.portal, is_primary=True)
    if is_primary:
        others.update(is_primary=False, version=F("version") + 1)
    if is_primary is not None:
        domain.is_primary = is_primary
    elif others.exists():
        domain.is_primary = False
    after = {"portal": domain.portal, "is_primary": domain.is_primary}
    details = list_changes(before, after)
    if not details:
        return domain
    domain.version += 1
    domain.save()
    renew_portal_hosts(domain.tenant_id)
    _tell(DomainEdited, domain, actor=actor, details=details)
    return domain


def _others(domain: Domain) -> Any:
    return Domain.objects.filter(tenant_id=domain.tenant_id).exclude(pk=domain.pk)


@transaction.atomic
def remove_domain(domain: Domain, *, actor: Actor) -> None:
    """Let a domain lead nowhere, at once; links go back to the platform's host.

    Raises:
        Missing: somebody else removed it.
    """
    lock_row(Agency(pk=domain.tenant_id))  # first, as the checks do
    domain = lock_row(domain)
    for kind in (CHECK, CERTIFY):
        cancel_due(kind, key=domain.public_id)
    _tell(DomainRemoved, domain, actor=actor, details={"state": [domain.state, None]})
    domain.delete()
    renew_portal_hosts(domain.tenant_id)


@transaction.atomic
def request_domain_check(domain: Domain, *, actor: Actor, at: datetime) -> Domain:
    """Have the records looked at now; the result follows in seconds.

    Raises:
        LimitExceeded: it was asked too often.
        Missing: the domain was removed.
    """
    require_within("domain-check", domain.public_id, allowed=CHECKS_PER_MINUTE, seconds=60)
    domain = lock_row(domain)
    domain.check_requested_at = at
    domain.save(update_fields=["check_requested_at", "updated_at"])
    schedule_due(CHECK, key=domain.public_id, at=at + SAFETY_NET, agency_id=domain.tenant_id)
    _ask_for_check(domain, actor=actor)
    return domain


def renew_portal_hosts(agency_id: int) -> None:
    """Write down which own domains the agency's links use: the primary one, while it is live."""
    live = dict(
        Domain.objects.filter(
            tenant_id=agency_id,
            is_primary=True,
            state=DomainState.LIVE,
        ).values_list("portal", "domain"),
    )
    Agency.objects.filter(pk=agency_id).update(
        agency_host=live.get(PortalName.AGENCY, ""),
        customer_host=live.get(PortalName.CUSTOMER, ""),
    )


def _tell(
    kind: type[DomainChanged], domain: Domain, *, actor: Actor, details: dict[str, Any]
) -> None:
    publish(
        kind(
            actor=actor,
            agency_id=domain.tenant_id,
            subject_public_id=domain.public_id,
            subject_name=read_domain(domain.domain),
            details=details,
        ),
    )


def _ask_for_check(domain: Domain, *, actor: Actor) -> None:
    publish(
        DomainCheckRequested(
            actor=actor, subject_public_id=domain.public_id, domain=domain.public_id
        ),
    )
