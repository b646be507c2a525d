"""Events become topics after the commit."""

from __future__ import annotations

import pytest

from hosting.services import create_site
from portals.realtime import receivers
from portals.realtime.topics import agency_topic, customer_topic, operation_topic, site_topic


@pytest.fixture
def told(monkeypatch) -> list[str]:
    topics: list[str] = []
    monkeypatch.setattr(receivers, "publish_topic", topics.append)
    return topics


def test_new_site_is_told_to_everybody_who_shows_it(
    in_agency,
    owner_actor,
    customer,
    told,
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        site = create_site(
            actor=owner_actor,
            customer=customer,
            name="A",
            title="A",
            admin_email="a@b.test",
        )

    assert {
        site_topic(site.public_id),
        operation_topic(site.operation),
        agency_topic(in_agency.public_id, subject="sites"),
        agency_topic(in_agency.public_id, subject="operations"),
        customer_topic(customer.public_id, subject="sites"),
    } <= set(told)
