"""Packages and credits in both portals: offered, granted, corrected, used."""

from __future__ import annotations

from datetime import UTC

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Credit, CreditEntry, Hold, Package, Reservation
from booking.services.credits import correct_credit, grant_credit
from booking.services.holds import hold_space
from booking.services.packages import archive_package, create_package
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from portals.conftest import stay_in
from portals.tests.traces.words import find_traces
from spotex.kernel.versions import version_of
from tenants.customers.services.customers import archive_customer
from tenants.models import MailMessage
from tenants.states import PortalName

FORM = {
    "name": "Dieci ore",
    "note": "Per le riunioni",
    "hours": "10",
    "price": "200",
    "valid_days": "90",
}


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def visitor(client_for, contact, in_agency):
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def paid(space, owner_actor):
    return change_space(
        space, actor=owner_actor, payment="PREPAID", hourly_minor=1_000, free_cancel_hours=2
    )


@pytest.fixture
def package(in_agency, owner_actor) -> Package:
    return create_package(
        actor=owner_actor, name="Dieci ore", minutes=600, price_minor=20_000, valid_days=90
    )


@pytest.fixture
def give(package, customer, owner_actor, now):
    def call(minutes=600) -> Credit:
        credit = grant_credit(customer, package=package, actor=owner_actor, now=now, zone=UTC)
        if minutes != package.minutes:
            change = minutes - package.minutes
            correct_credit(credit, minutes=change, reason="Errore", actor=owner_actor)
        return credit

    return call


@pytest.fixture
def hold(paid, stay, booker, contact_actor, now) -> Hold:
    return hold_space(paid, stay=stay, booker=booker, actor=contact_actor, now=now)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def page_of(package: Package, tail: str = "") -> str:
    return f"/spaces/packages/{package.public_id}/{tail}"


def test_a_package_is_made_listed_changed_and_archived(client, paid) -> None:
    made = client.post("/spaces/packages/new/", {**FORM, "spaces": [paid.public_id]})

    package = Package.objects.get()
    assert made["Location"] == page_of(package)
    assert (package.minutes, package.price_minor, package.valid_days) == (600, 20_000, 90)
    assert list(package.spaces.all()) == [paid]
    listed = text_of(client.get("/spaces/packages/?search=riunioni"))
    assert all(word in listed for word in ("Dieci ore", "10 hours", "€200.00", "On offer"))
    shown = text_of(client.get(page_of(package, "edit/")))
    assert 'value="10"' in shown
    changes = {**FORM, "hours": "1.25", "valid_days": "0", "version": version_of(package)}
    assert client.post(page_of(package, "edit/"), changes).status_code == 302
    package.refresh_from_db()
    assert (package.minutes, package.valid_days) == (75, 0)
    assert "1 hour 15 minutes" in text_of(client.get(page_of(package)))
    assert client.get(page_of(package, "archive/")).status_code == 200
    assert client.post(page_of(package, "archive/")).status_code == 302
    assert "Archived" in text_of(client.get(page_of(package)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"hours": "0"}, "greater than or equal to"),
        ({"hours": "10001"}, "less than or equal to 10000"),
        ({"price": "-1"}, "greater than or equal to 0"),
        ({"valid_days": "4000"}, "less than or equal to 3650"),
        ({"spaces": ["spc_other"]}, "Select a valid choice"),
    ],
)
def test_a_package_that_cannot_be_is_refused_at_its_field(client, changes, said) -> None:
    answer = client.post("/spaces/packages/new/", {**FORM, **changes})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Package.objects.exists()


def test_who_was_slower_keeps_the_text(client, package) -> None:
    answer = client.post(page_of(package, "edit/"), {**FORM, "version": version_of(package) - 1})

    assert answer.status_code == 409
    assert 'value="Per le riunioni"' in answer.content.decode()


def test_a_package_is_granted_and_the_customer_gets_a_mail(
    client, visitor, package, customer
) -> None:
    page = f"/customers/{customer.public_id}/credits/"
    assert "Grant a package" in text_of(client.get(page))
    assert client.get(f"{page}new/").status_code == 200

    form = {"package": package.public_id, "reason": "Fattura 17"}
    answer = client.post(f"{page}new/", form)

    assert answer["Location"] == page
    shown = text_of(client.get(page))
    assert all(word in shown for word in ("Dieci ore", "10 hours", "Granted", "Fattura 17"))
    assert customer.name in text_of(client.get(page_of(package)))
    own = text_of(visitor.get("/credits/"))
    assert all(word in own for word in ("10 hours", "Fattura 17", "€200.00"))
    mail = MailMessage.objects.get()
    assert (mail.recipient, "Dieci ore" in mail.subject) == (customer.email, True)
    assert "/credits/" in mail.text
    assert find_traces(mail.html) == []


def test_a_credit_is_corrected_with_a_reason(client, give, customer) -> None:
    credit = give()
    page = f"/spaces/credits/{credit.public_id}/correct/"
    form = {"change": "take", "hours": "0.5", "reason": "Errore di cassa"}
    assert "10 hours" in text_of(client.get(page))

    refused = client.post(page, {**form, "hours": "11"})
    answer = client.post(page, form)

    assert refused.status_code == 422
    assert "There is less left than that" in text_of(refused)
    assert answer["Location"] == f"/customers/{customer.public_id}/credits/"
    shown = text_of(client.get(answer["Location"]))
    assert all(word in shown for word in ("9 hours 30 minutes", "−30 minutes", "Errore di cassa"))
    client.post(page, {**form, "change": "add"})
    assert CreditEntry.objects.latest("pk").minutes == 30


def test_without_packages_there_is_nothing_to_grant(client, customer) -> None:
    shown = text_of(client.get(f"/customers/{customer.public_id}/credits/"))

    assert "There is no package yet" in shown
    assert "/credits/new/" not in shown


def test_an_archived_customer_is_granted_nothing(client, package, customer, owner_actor) -> None:
    archive_customer(customer, actor=owner_actor)
    page = f"/customers/{customer.public_id}/credits/"

    refused = client.post(f"{page}new/", {"package": package.public_id})

    assert refused.status_code == 422
    assert "This customer is archived" in text_of(refused)
    assert "/credits/new/" not in text_of(client.get(page))


def test_who_only_looks_finds_no_buttons(client_for, viewer, give, customer, in_agency) -> None:
    credit, reader = give(), stay_in(in_agency, client_for(viewer))
    page = f"/customers/{customer.public_id}/credits/"

    shown = text_of(reader.get(page))

    assert "10 hours" in shown
    assert "/credits/new/" not in shown
    assert "/correct/" not in shown
    assert reader.get(f"{page}new/").status_code == 403
    assert reader.get(f"/spaces/credits/{credit.public_id}/correct/").status_code == 403


@pytest.mark.parametrize("path", ["/spaces/packages/", "/customers/{customer}/credits/"])
def test_a_list_costs_the_same_for_one_row_and_for_three(
    client, give, package, customer, owner_actor, path
) -> None:
    address = path.format(customer=customer.public_id)
    counts = []
    give()
    client.get(address)
    for more in (0, 2):
        for _each in range(more):
            give()
            create_package(actor=owner_actor, name="Altro", minutes=60)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_customer_pays_a_hold_with_credits(visitor, give, hold) -> None:
    give()
    page = f"/holds/{hold.public_id}/"
    offered = text_of(visitor.get(page))
    assert "Pay with credits" in offered
    assert "You have 10 hours that count here" in offered

    answer = visitor.post(f"{page}credits/", {"use": "1"})

    assert answer["Location"] == page
    shown = text_of(visitor.get(page))
    assert "<strong>1 hour</strong> of your credits pay for it" in shown
    assert "1 hour with credits" in shown
    # The terms of what is paid when booking hold for credits, too.
    assert "everything comes back" in shown
    visitor.post(f"{page}credits/", {})
    assert "Pay with credits" in text_of(visitor.get(page))
    visitor.post(f"{page}credits/", {"use": "1"})
    visitor.post(page, {"notes": ""})
    booked = Reservation.objects.get()
    assert (booked.state, booked.total_minor) == ("CONFIRMED", 0)
    detail = text_of(visitor.get(f"/reservations/{booked.public_id}/"))
    assert "1 hour with credits" in detail
    assert "everything comes back" in detail
    own = text_of(visitor.get("/credits/"))
    assert "9 hours" in own
    assert booked.code in own


def test_what_credits_do_not_pay_is_said(visitor, give, hold) -> None:
    give(30)
    page = f"/holds/{hold.public_id}/"
    assert "Pay 30 minutes with credits" in text_of(visitor.get(page))

    visitor.post(f"{page}credits/", {"use": "1"})

    assert "Book for €5.00" in text_of(visitor.get(page))


def test_credits_that_are_gone_are_told(visitor, give, hold) -> None:
    give(0)
    page = f"/holds/{hold.public_id}/"
    assert "with credits" not in text_of(visitor.get(page))

    answer = visitor.post(f"{page}credits/", {"use": "1"})

    assert answer.status_code == 422
    assert "There are no credits left" in text_of(answer)
    assert Hold.objects.get().total_minor == 1_000


def test_with_a_voucher_nobody_is_asked_for_credits(visitor, give, hold, owner_actor) -> None:
    give()
    create_voucher(actor=owner_actor, code="ESTATE", percent=25)
    page = f"/holds/{hold.public_id}/"

    visitor.post(f"{page}voucher/", {"voucher": "estate"})

    assert "credits" not in text_of(visitor.get(page)).split("<main")[1]


def test_the_page_of_spaces_leads_to_credits_where_there_are_some(
    visitor, space, package, owner_actor, now
) -> None:
    assert 'href="/credits/"' in text_of(visitor.get("/spaces/"))

    archive_package(package, actor=owner_actor, now=now)

    assert 'href="/credits/"' not in text_of(visitor.get("/spaces/"))


def test_the_agency_books_with_the_credits_of_a_customer(
    client, paid, give, make_stay, customer
) -> None:
    stay = make_stay()
    form = {
        "day": stay.start.date().isoformat(),
        "starts": f"{stay.start:%H:%M}",
        "ends": f"{stay.end:%H:%M}",
        "name": "Gino",
        "email": "gino@guest.test",
        "with_credits": "on",
    }
    refused = client.post(f"/calendar/{paid.public_id}/book/", form)
    assert refused.status_code == 422
    assert "There are no credits left" in text_of(refused)
    give()

    client.post(f"/calendar/{paid.public_id}/book/", {**form, "customer": customer.public_id})

    booked = Reservation.objects.get()
    assert (booked.state, booked.total_minor) == ("CONFIRMED", 0)
    assert booked.code in text_of(client.get(f"/customers/{customer.public_id}/credits/"))
