"""The trail as sentences."""

from __future__ import annotations

from dataclasses import replace

from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.sentences import SENTENCES
from spotex.kernel.events import list_event_types
from spotex.kernel.models import ActivityEntry
from tenants.customers.services.customers import archive_customer, create_customer
from tenants.permissions import CONTACT_PERMISSIONS
from tenants.states import ContactRole

PAGES = {"cus": "agency:customer-detail"}
OUR_CONTEXTS = ("tenants.", "customers.", "hosting.")
STAFF_ONLY = ("tenants.plan.", "tenants.staff.", "tenants.user.")
"""These happen in the public schema; no agency's trail has them."""


def test_every_event_has_a_sentence():
    names = {
        kind.name
        for kind in list_event_types()
        if kind.audited
        and kind.name.startswith(OUR_CONTEXTS)
        and not kind.name.startswith(STAFF_ONLY)
    }

    assert names - set(SENTENCES) == set()


def test_lines_name_actor_and_subject(in_agency, owner_actor, settings):
    settings.ROOT_URLCONF = "portals.agency.urls"
    customer = create_customer(actor=owner_actor, name="<b>Rossi</b>", email="a@b.test")
    archive_customer(customer, actor=owner_actor)

    entries = list_activity_for(owner_actor, customer_public_id=customer.public_id)
    lines = describe_activity(entries, actor=owner_actor, pages=PAGES)

    assert [line.icon for line in lines] == ["archive", "building-2"]
    assert customer.public_id in lines[0].text
    assert "&lt;b&gt;Rossi" in lines[0].text


def test_sites_that_are_gone_get_no_link(in_agency, owner_actor):
    ActivityEntry.objects.create(
        event="hosting.site.deleted",
        via="BROWSER",
        subject_public_id="site_gone",
        subject_name="Gone",
    )

    entries = list_activity_for(owner_actor).filter(subject_public_id="site_gone")
    (line,) = describe_activity(entries, actor=owner_actor, pages={"site": "agency:site-detail"})

    assert "href" not in line.text


def test_viewers_and_plain_contacts_see_no_trail(in_agency, viewer_actor, contact_actor):
    plain = replace(contact_actor, permissions=CONTACT_PERMISSIONS[ContactRole.VIEWER])

    assert not list_activity_for(viewer_actor).exists()
    assert not list_activity_for(plain).exists()


def test_a_contact_without_a_customer_sees_nothing(in_agency, contact_actor):
    nowhere = replace(contact_actor, customer_public_id="")
    ActivityEntry.objects.create(event="customers.customer.changed", via="BROWSER")

    assert not list_activity_for(nowhere).exists()
