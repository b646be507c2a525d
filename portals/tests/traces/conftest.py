"""A platform whose hosts say nothing, and another agency that is easy to recognise."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hosting.drivers.choice import find_engine
from portals.tests.isolation.world import World, build_world
from portals.tests.traces.words import FOREIGN
from spotex.kernel.actor import Actor
from tenants import hosts
from tenants.models import Agency, Domain
from tenants.states import DomainState, PortalName

OWN_HOSTS = {PortalName.AGENCY: "lavoro.acme-studio.test", PortalName.CUSTOMER: "acme-studio.test"}


@pytest.fixture(autouse=True)
def _neutral(settings) -> None:
    settings.SPOTEX_BASE_DOMAIN = "portale.test"
    settings.SPOTEX_MAIL_DOMAIN = "posta.test"
    settings.SPOTEX_SUPPORT_EMAIL = "aiuto@posta.test"
    settings.DEFAULT_FROM_EMAIL = "no-reply@posta.test"
    settings.SPOTEX_API_ANONYMOUS_PER_MINUTE = -1
    hosts._memory.clear()


@pytest.fixture
def dressed(agency: Agency, other_agency: Agency) -> Agency:
    """The agency with all that a brand has and domains of its own, like the other agency."""
    Agency.objects.filter(pk=agency.pk).update(
        brand_footer="Studio Acme SRL, Milano", support_email="aiuto@acme-studio.test"
    )
    Agency.objects.filter(pk=other_agency.pk).update(
        name=f"{FOREIGN} Due",
        brand_name=FOREIGN,
        brand_footer=f"{FOREIGN} SRL",
        support_email=f"aiuto@{FOREIGN}.test",
    )
    for portal, host in OWN_HOSTS.items():
        for owner, name in ((agency, host), (other_agency, f"{portal}.{FOREIGN}.test")):
            Domain.objects.create(
                domain=name,
                tenant=owner,
                portal=portal,
                state=DomainState.LIVE,
                verified_at=timezone.now(),
            )
    hosts._memory.clear()
    agency.refresh_from_db()
    return agency


@pytest.fixture
def stage(dressed: Agency, owner_actor: Actor) -> World:
    """Everything that an agency can have."""
    find_engine("fake").reset()
    return build_world(dressed, actor=owner_actor)
