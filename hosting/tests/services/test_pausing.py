"""Sites follow their agency into its suspension and back."""

from __future__ import annotations

import pytest

from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from hosting.services import create_site, suspend_site
from hosting.services.pausing import LOOK_AGAIN, follow_agency
from spotex.kernel.tenancy import agency_scope
from tenants.due import list_due_handlers
from tenants.models import DueWork
from tenants.services.suspension import resume_agency, suspend_agency
from tenants.tests.factories import NOON


@pytest.fixture(autouse=True)
def _fresh_engine(db: None) -> None:
    find_engine("fake").reset()


@pytest.fixture
def make_site(in_agency, owner_actor, customer):
    def make(name: str, *, deployed: bool = True) -> Site:
        site = create_site(
            actor=owner_actor,
            customer=customer,
            name=name,
            title=name,
            admin_email="a@b.test",
        )
        if deployed:
            _finish(site)
        return Site.objects.select_related("customer").get(pk=site.pk)

    return make


def _finish(site: Site) -> None:
    site.refresh_from_db()
    run_operation(site.operation)


def _finish_all() -> None:
    for site in Site.objects.all():
        _finish(site)


def _states() -> dict[str, str]:
    return dict(Site.objects.values_list("name", "state"))


def test_exactly_the_paused_sites_come_back(agency, owner_actor, make_site) -> None:
    make_site("Uno")
    by_hand = make_site("Due")
    suspend_site(by_hand, actor=owner_actor)
    _finish(by_hand)

    suspend_agency(agency, actor=owner_actor, reason="unpaid")
    work = DueWork.objects.get(kind="hosting.follow_agency")
    handler = list_due_handlers()[work.kind]
    assert handler(key=work.key, agency_id=work.agency_id, at=NOON) is None
    _finish_all()

    assert _states() == {"Uno": "SUSPENDED", "Due": "SUSPENDED"}
    assert list(Site.objects.filter(paused_with_agency=True).values_list("name", flat=True)) == [
        "Uno"
    ]
    resume_agency(agency, actor=owner_actor)
    assert follow_agency(agency.pk, at=NOON) is None
    _finish_all()
    assert _states() == {"Uno": "ACTIVE", "Due": "SUSPENDED"}
    assert not Site.objects.filter(paused_with_agency=True).exists()


def test_following_twice_asks_once(agency, owner_actor, make_site) -> None:
    make_site("Uno")
    suspend_agency(agency, actor=owner_actor, reason="unpaid")
    follow_agency(agency.pk, at=NOON)
    before = Operation.objects.count()

    assert follow_agency(agency.pk, at=NOON) == NOON + LOOK_AGAIN

    assert Operation.objects.count() == before


def test_a_site_that_is_being_set_up_is_paused_afterwards(agency, owner_actor, make_site) -> None:
    site = make_site("Uno", deployed=False)
    suspend_agency(agency, actor=owner_actor, reason="unpaid")
    assert follow_agency(agency.pk, at=NOON) == NOON + LOOK_AGAIN

    _finish(site)
    assert follow_agency(agency.pk, at=NOON) is None
    _finish(site)

    assert _states() == {"Uno": "SUSPENDED"}


def test_a_site_that_waits_for_its_deployment_keeps_nobody_waiting(
    agency, owner_actor, in_agency, customer
) -> None:
    create_site(
        actor=owner_actor,
        customer=customer,
        name="Uno",
        title="Uno",
        admin_email="a@b.test",
        deploy=False,
    )
    suspend_agency(agency, actor=owner_actor, reason="unpaid")

    assert follow_agency(agency.pk, at=NOON) is None


def test_an_agency_that_opens_while_its_sites_are_being_paused_gets_them_back(
    agency, owner_actor, make_site
) -> None:
    make_site("Uno")
    suspend_agency(agency, actor=owner_actor, reason="unpaid")
    follow_agency(agency.pk, at=NOON)
    resume_agency(agency, actor=owner_actor)

    assert follow_agency(agency.pk, at=NOON) == NOON + LOOK_AGAIN
    _finish_all()
    assert follow_agency(agency.pk, at=NOON) is None
    _finish_all()

    assert _states() == {"Uno": "ACTIVE"}


def test_a_paused_site_on_which_somebody_works_comes_back_later(
    agency, owner_actor, make_site
) -> None:
    site = make_site("Uno")
    Site.objects.filter(pk=site.pk).update(state="SUSPENDED", paused_with_agency=True)
    suspended = Site.objects.select_related("customer").get(pk=site.pk)
    with agency_scope(agency):
        Operation.objects.filter(public_id=suspended.operation).update(state="RUNNING")

    assert follow_agency(agency.pk, at=NOON) == NOON + LOOK_AGAIN

    site.refresh_from_db()
    assert site.paused_with_agency


def test_a_paused_site_that_broke_meanwhile_is_only_let_go(agency, make_site) -> None:
    site = make_site("Uno")
    Site.objects.filter(pk=site.pk).update(
        state="ERROR", error={"code": "x"}, paused_with_agency=True
    )

    assert follow_agency(agency.pk, at=NOON) is None

    site.refresh_from_db()
    assert (site.state, site.paused_with_agency) == ("ERROR", False)


def test_an_agency_that_is_gone_has_no_sites(db) -> None:
    assert follow_agency(0, at=NOON) is None
