"""Every call that changes something leaves a line in the activity, or says here why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.models.signals import post_save
from django.test import Client

from conftest import ClientFor
from portals.api.tokens import issue_tokens
from portals.tests.isolation.cases import AGENCY_PAGES, API, CUSTOMER_PAGES
from portals.tests.isolation.walk import Answer, call_endpoints, call_pages
from portals.tests.isolation.world import World
from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from tenants.models import User
from tenants.services.accounts import mark_email_verified
from tenants.states import PortalName

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
OK = {200, 201, 202, 204, 302}

EXEMPT = {
    "POST domain-check": "asks for a look; what the look finds leaves a line",
    "POST portal-domain-verify": "asks for a look; what the look finds leaves a line",
    "POST customer-bulk-undo": "finds nothing to undo: each call of the walk stands alone",
    "POST closing-withdraw": "is refused: the agency is not ending",
    "POST site-push": "is refused: the walk asks with a version that is out of date",
    "POST brand-preview": "shows a page as it would look, and keeps nothing",
    "POST support-end": "nobody of the support is here: the walk's session only leads home",
    "POST customer-import": "reads a file that only its sender sees; no customer is made",
    "POST customer-import-detail": "says what the columns of that file mean",
    "POST customer-import-run": "asks a worker, which leaves a line for the file and each customer",
    "POST view-create": "a list as the person wants to see it, nothing of the agency",
    "POST view-default": "which list the person sees first",
    "POST shortcuts-change": "a habit of the person's own browser work, nothing of the agency",
    "POST space-hold": "keeps a slot for some minutes; too small a thing for the trail",
    "POST outside-read": "asks for a look; what the look finds leaves a line",
    "POST conflict-retry": "finds that it still collides: the reservation is there",
    "POST reservation-pay": "leads to the till; the planted reservation is free of charge",
    "POST stripe-connect": "is refused: the walk's platform has no key at Stripe",
    "POST report-mail-stop": "the walk's person gets no reports by mail",
    "POST hold-equipment": "lends something with such a slot; the reservation says so",
    "POST hold-credits": "takes credits off such a slot; the reservation says so",
    "POST hold-voucher": "makes such a slot cheaper; the reservation says so",
    "POST hold-release": "gives such a slot back",
    "POST slot-hold": "keeps a slot for some minutes; too small a thing for the trail",
    "POST slot-release": "gives such a slot back",
    "POST reservation-preview": "says what would become of a series, and books nothing",
    "POST wish-offer": "is refused: what the planted person waits for is blocked",
    "POST payment-create-intent": "answers with the payment that is open already",
    "DELETE branding-logo": "the walk's agency has no logo that could be removed",
    "POST customer-choose": "changes what this session shows, and no data",
}
"""Calls that succeed without a line, each with its reason."""

LOUD = {"GET export-download": "who takes all data along is noted"}
"""Calls that change nothing and leave a line all the same, each with its reason."""


@contextmanager
def _watched() -> Iterator[list[str]]:
    lines: list[str] = []

    def note(*, instance: ActivityEntry, **_: object) -> None:
        lines.append(instance.event)

    post_save.connect(note, sender=ActivityEntry)
    try:
        yield lines
    finally:
        post_save.disconnect(note, sender=ActivityEntry)


def _find_silent(answers: Iterable[Answer]) -> tuple[set[str], set[str]]:
    """Return the calls that changed something without a line, and those that looked with one."""
    silent, loud = set(), set()
    with _watched() as lines:
        for one in answers:
            is_change = one.method in CHANGING
            if is_change and one.status in OK and not lines:
                silent.add(f"{one.method} {one.name}")
            if not is_change and lines:
                loud.add(f"{one.method} {one.name}")
            lines.clear()
    return silent - set(EXEMPT), loud - set(LOUD)


def test_pages_of_the_agency(world: World, client_for: ClientFor, owner: User) -> None:
    answers = call_pages(client_for(owner), portal="agency", cases=AGENCY_PAGES, world=world)

    assert _find_silent(answers) == (set(), set())


def test_pages_of_the_customer(world: World, client_for: ClientFor) -> None:
    client = client_for(world.contact.user, portal=PortalName.CUSTOMER)
    answers = call_pages(client, portal="customer", cases=CUSTOMER_PAGES, world=world)

    assert _find_silent(answers) == (set(), set())


def test_calls_of_the_api(world: World, owner: User, owner_actor: Actor) -> None:
    mark_email_verified(owner)
    token = issue_tokens(owner, actor=owner_actor)["access"]
    answers = call_endpoints(
        Client(HTTP_HOST="acme.agency.localhost"), token=token, cases=API, world=world
    )

    assert _find_silent(answers) == (set(), set())


def test_no_exemption_outlives_its_address() -> None:
    names = {*AGENCY_PAGES, *CUSTOMER_PAGES, *API}

    assert {one.split()[1] for one in [*EXEMPT, *LOUD]} <= names
