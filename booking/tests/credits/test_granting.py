"""Packages and credits: what is offered, granted, corrected and left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from booking.access import access_credit, access_package
from booking.due_handlers import warn_of_due_credit
from booking.due_kinds import WARN_OF_CREDIT
from booking.models import Credit, CreditEntry, Package
from booking.models.credits import CreditAccount
from booking.selectors.credits import (
    has_credits,
    list_credits_for,
    list_entries_for,
    list_packages_for,
    search_packages,
    with_granted,
)
from booking.services.credits import CreditInvalid, correct_credit, grant_credit, warn_of_credit
from booking.services.packages import (
    MOST_MINUTES,
    PackageInvalid,
    PackageIsArchived,
    archive_package,
    change_package,
    create_package,
)
from booking.states import CreditEntryKind
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of
from tenants.customers.services.contacts import CustomerIsArchived
from tenants.customers.services.customers import archive_customer
from tenants.models import DueWork
from tenants.permissions import Permission

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def make(in_agency, owner_actor):
    def call(**fields) -> Package:
        given = {"name": "Dieci ore", "minutes": 600, "price_minor": 20_000, "valid_days": 90}
        return create_package(actor=owner_actor, **{**given, **fields})

    return call


@pytest.fixture
def grant(customer, owner_actor, now):
    def call(package, *, customer=customer, now=now, **fields) -> Credit:
        given = {"package": package, "actor": owner_actor, "now": now, "zone": UTC}
        return grant_credit(customer, **{**given, **fields})

    return call


def left(actor, credit: Credit) -> int:
    return access_credit(actor, credit.public_id).left  # type: ignore[attr-defined]


def test_a_package_is_made_changed_and_archived(make, make_space, owner_actor, now) -> None:
    room, hall = make_space(), make_space(name="Sala Rossa")
    package = make(spaces=[room])

    changed = change_package(
        package,
        actor=owner_actor,
        version=version_of(package),
        minutes=1_200,
        note="Per chi viene spesso",
        spaces=[hall],
    )
    archive_package(package, actor=owner_actor, now=now)
    again = archive_package(package, actor=owner_actor, now=now + timedelta(days=1))

    assert (str(changed), changed.minutes, list(changed.spaces.all())) == (
        "Dieci ore",
        1_200,
        [hall],
    )
    assert again.archived_at == now
    lines = list(ActivityEntry.objects.filter(subject_public_id=package.public_id).order_by("pk"))
    assert [line.event for line in lines] == [
        "booking.package.created",
        "booking.package.changed",
        "booking.package.archived",
    ]
    assert lines[1].details == {
        "minutes": [600, 1_200],
        "note": ["", "Per chi viene spesso"],
        "spaces": [["Sala Blu"], ["Sala Rossa"]],
    }


def test_spaces_stay_when_something_else_is_changed(make, space, owner_actor) -> None:
    package = make(spaces=[space])

    change_package(package, actor=owner_actor, price_minor=100)

    assert list(package.spaces.all()) == [space]


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name", {"name": "  "}),
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": MOST_MINUTES + 1}),
        ("price", {"price_minor": -1}),
        ("valid_days", {"valid_days": 3_651}),
    ],
)
def test_a_package_that_makes_no_sense_is_refused(make, owner_actor, field, fields) -> None:
    package = make()

    with pytest.raises(PackageInvalid) as refused:
        make(**fields)
    with pytest.raises(PackageInvalid):
        change_package(package, actor=owner_actor, **fields)

    assert refused.value.field == field
    assert Package.objects.count() == 1


def test_an_archived_package_is_neither_changed_nor_granted(make, grant, owner_actor, now) -> None:
    package = archive_package(make(), actor=owner_actor, now=now)

    with pytest.raises(PackageIsArchived):
        change_package(package, actor=owner_actor, minutes=60)
    with pytest.raises(PackageIsArchived):
        grant(package)

    assert not Credit.objects.exists()


def test_nobody_overwrites_what_another_saved(make, owner_actor) -> None:
    package = make()
    seen = version_of(package)
    change_package(package, actor=owner_actor, minutes=60)

    with pytest.raises(Stale):
        change_package(package, actor=owner_actor, version=seen, minutes=120)


def test_the_database_refuses_a_package_without_time(make) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Package.objects.create(name="Niente", minutes=0)


def test_a_grant_gives_the_time_of_the_package_as_it_is_now(
    make, grant, space, owner_actor, customer
) -> None:
    package = make(spaces=[space])

    credit = grant(package, reason=" Fattura 17 ")
    change_package(package, actor=owner_actor, minutes=60, name="Un'ora", spaces=[])

    assert left(owner_actor, credit) == 600
    assert (credit.name, credit.price_minor, list(credit.spaces.all())) == (
        "Dieci ore",
        20_000,
        [space],
    )
    entry = CreditEntry.objects.get()
    assert (entry.kind, entry.minutes, entry.reason) == ("GRANTED", 600, "Fattura 17")
    assert entry.actor_name == owner_actor.name
    line = ActivityEntry.objects.get(event="booking.credit.granted")
    assert (line.subject_name, line.customer_public_id) == (
        f"Dieci ore · {customer.name}",
        customer.public_id,
    )


def test_a_second_grant_goes_to_the_same_account(make, grant) -> None:
    package = make()
    first, second = grant(package), grant(package)

    assert first.account == second.account
    assert str(first.account) == str(first.account.customer_id)
    assert CreditAccount.objects.count() == 1


def test_its_days_end_with_the_last_second_of_the_last_one(make, grant) -> None:
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

    credit = grant(make(valid_days=30), now=late, zone=ROME)

    # 1 March, 23:30 in Rome; the clocks change on the 29th.
    assert credit.valid_until == datetime(2026, 4, 1, tzinfo=ROME)


def test_without_days_it_never_ends(make, grant) -> None:
    assert grant(make(valid_days=0)).valid_until is None
    assert not DueWork.objects.filter(kind=WARN_OF_CREDIT).exists()


def test_an_archived_customer_gets_nothing(make, grant, customer, owner_actor) -> None:
    package = make()
    customer = archive_customer(customer, actor=owner_actor)

    with pytest.raises(CustomerIsArchived):
        grant(package, customer=customer)


@pytest.mark.parametrize(("minutes", "rest"), [(60, 660), (-600, 0)])
def test_the_agency_adds_time_or_takes_some_away(make, grant, owner_actor, minutes, rest) -> None:
    credit = grant(make())

    correct_credit(credit, minutes=minutes, reason=" Proiettore rotto ", actor=owner_actor)

    assert left(owner_actor, credit) == rest
    entry = CreditEntry.objects.latest("pk")
    assert (entry.kind, entry.minutes, entry.reason) == ("CORRECTED", minutes, "Proiettore rotto")
    assert str(entry) == f"CORRECTED {minutes}"
    line = ActivityEntry.objects.get(event="booking.credit.corrected")
    assert line.details == {"minutes": minutes, "reason": "Proiettore rotto"}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": -601}),
        ("minutes", {"minutes": MOST_MINUTES + 1}),
        ("reason", {"reason": " "}),
    ],
)
def test_a_correction_needs_time_that_is_there_and_a_reason(
    make, grant, owner_actor, field, given
) -> None:
    credit = grant(make())

    with pytest.raises(CreditInvalid) as refused:
        correct_credit(credit, actor=owner_actor, **{"minutes": 60, "reason": "Errore", **given})

    assert refused.value.field == field
    assert left(owner_actor, credit) == 600


@pytest.mark.parametrize("change", ["UPDATE", "DELETE"])
def test_nobody_changes_a_line_of_the_book(make, grant, change) -> None:
    grant(make())

    with pytest.raises(IntegrityError, match="added to and nothing else"), transaction.atomic():
        if change == "UPDATE":
            CreditEntry.objects.update(minutes=60_000)
        else:
            CreditEntry.objects.all().delete()

    assert CreditEntry.objects.get().minutes == 600


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        (CreditEntryKind.GRANTED, -60),
        (CreditEntryKind.RETURNED, 0),
        (CreditEntryKind.USED, 60),
        (CreditEntryKind.USED, -60),  # for no reservation
        (CreditEntryKind.CORRECTED, 0),
    ],
)
def test_a_line_of_the_book_has_its_sign(make, grant, kind, minutes) -> None:
    credit = grant(make())

    with pytest.raises(IntegrityError), transaction.atomic():
        CreditEntry.objects.create(credit=credit, kind=kind, minutes=minutes)


def test_a_customer_is_told_of_what_ends_soon(make, grant, in_agency, owner_actor, now) -> None:
    credit = grant(make(valid_days=90))
    work = DueWork.objects.get(kind=WARN_OF_CREDIT)

    again = warn_of_due_credit(key=work.key, agency_id=work.agency_id, at=work.due_at)

    assert again is None
    assert (work.key, work.agency_id) == (credit.public_id, in_agency.pk)
    assert work.due_at == credit.valid_until - timedelta(days=14)
    line = ActivityEntry.objects.get(event="booking.credit.running_out")
    assert line.details == {"minutes": 600}


@pytest.mark.parametrize("days", [3, 14, 20])
def test_nobody_is_warned_of_what_was_just_granted(make, grant, now, days) -> None:
    credit = grant(make(valid_days=days))

    at = DueWork.objects.get(kind=WARN_OF_CREDIT).due_at
    assert abs((at - now) - (credit.valid_until - at)) < timedelta(seconds=1)


def test_nobody_is_told_of_what_is_used_up_or_over(make, grant, owner_actor, now) -> None:
    used, over, endless = grant(make()), grant(make(valid_days=1)), grant(make(valid_days=0))
    correct_credit(used, minutes=-600, reason="Errore", actor=owner_actor)

    warn_of_credit(used, actor=owner_actor, now=now)
    warn_of_credit(over, actor=owner_actor, now=over.valid_until)
    warn_of_credit(endless, actor=owner_actor, now=now)

    assert not ActivityEntry.objects.filter(event="booking.credit.running_out").exists()


def test_who_sees_what(
    make, grant, other_customer, owner_actor, viewer_actor, contact_actor, now
) -> None:
    offered, former = make(), make(name="Cinque ore")
    mine, other = grant(offered), grant(former, customer=other_customer)
    archive_package(former, actor=owner_actor, now=now)

    assert list(list_packages_for(viewer_actor)) == [former, offered]
    assert list(list_packages_for(contact_actor)) == [offered]
    assert not list_packages_for(ANONYMOUS).exists()
    assert set(list_credits_for(viewer_actor)) == {mine, other}
    assert list(list_credits_for(contact_actor)) == [mine]
    assert not list_credits_for(ANONYMOUS).exists()
    assert [entry.credit for entry in list_entries_for(contact_actor)] == [mine]
    assert has_credits(contact_actor)
    assert not has_credits(ANONYMOUS)
    assert str(mine) == "Dieci ore"


def test_access_is_refused_to_others(
    make, grant, other_customer, viewer_actor, contact_actor
) -> None:
    package = make()
    other = grant(package, customer=other_customer)

    assert access_package(contact_actor, package.public_id) == package
    with pytest.raises(Missing):
        access_package(ANONYMOUS, package.public_id)
    with pytest.raises(NotAllowed):
        access_package(viewer_actor, package.public_id, permission=Permission.SPACE_MANAGE)
    with pytest.raises(Missing):
        access_credit(contact_actor, other.public_id)
    with pytest.raises(NotAllowed):
        access_credit(viewer_actor, other.public_id, permission=Permission.PAYMENT_MANAGE)


def test_packages_are_searched_and_counted(make, grant, owner_actor) -> None:
    first, second = make(note="Per le riunioni"), make(name="Venti ore")
    grant(first)
    grant(first)
    packages = list_packages_for(owner_actor)

    assert list(search_packages(packages, text="")) == [second, first]
    assert list(search_packages(packages, text="riunioni")) == [first]
    assert list(search_packages(packages, text="venti")) == [second]
    assert {one: one.granted for one in with_granted(packages)} == {first: 2, second: 0}
