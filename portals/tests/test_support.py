"""Support sessions as browsers live them: once, here, until their end, and not everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import PASSWORD, ClientFor
from portals.admin.tests.conftest import sign_in
from portals.realtime.topics import read_ticket
from portals.shared.converters import PREFIXES
from portals.shared.support import SUPPORT
from portals.tests.routes import list_routes
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.models import Contact, Customer
from tenants.models import Agency, Impersonation, MailMessage, Membership, User
from tenants.services.staff import register_staff
from tenants.services.suspension import suspend_agency
from tenants.states import PortalName

ACME = "acme.agency.localhost"
REASON = "ticket 4711: the logo is not shown"
Enter = Callable[..., Client]


@pytest.fixture
def staff(db: None) -> User:
    user = register_staff(email="sara@spotex.test", password=PASSWORD, full_name="Sara Staff")
    TOTP.activate(user, generate_totp_secret())
    return user


def _ask(staff: User, agency: Agency, *, person: str, action: str = "support", **more: str) -> str:
    """Return the path of the link that the admin shows."""
    given = {"person": person, "reason": REASON, "minutes": "15", **more}
    response = sign_in(staff).post(f"/tenants/agency/{agency.pk}/{action}/", given)
    assert response.status_code == 200, response.content.decode()
    return "/" + response.context["link"].split("/", 3)[3]


@pytest.fixture
def enter(staff: User, agency: Agency, owner: User, client_for: ClientFor) -> Enter:
    def make(person: User | None = None, **more: str) -> Client:
        client = client_for()
        path = _ask(staff, agency, person=(person or owner).public_id, **more)
        assert client.get(path).status_code == 200
        assert client.post(path)["Location"] == "/"
        return client

    return make


def test_the_admin_leads_into_the_agency_portal(enter, agency, owner) -> None:
    client = enter()

    page = client.get("/")

    assert "Sara Staff in the place of Olga" in page.content.decode()
    assert client.session[SUPPORT] == Impersonation.objects.get().public_id
    assert client.session.get_expiry_age() <= 15 * 60
    assert MailMessage.objects.filter(recipient=owner.email, text__contains=REASON).count() == 1


def test_the_admin_leads_into_the_customer_portal(
    staff, agency, customer: Customer, contact: Contact, client_for
) -> None:
    path = _ask(staff, agency, person=contact.email, action="support-customer")
    client = client_for(portal=PortalName.CUSTOMER)

    client.post(path)

    assert "Sara Staff in the place of Gino" in client.get("/").content.decode()
    with agency_scope(agency):
        Contact.objects.filter(pk=contact.pk).update(state="REMOVED")
    assert client.get("/").status_code == 403
    assert client.get("/").status_code == 302


def test_the_admin_says_what_is_wrong(staff, agency, owner) -> None:
    admin = sign_in(staff)
    path = f"/tenants/agency/{agency.pk}/support"

    short = admin.post(f"{path}/", {"person": owner.public_id, "reason": "x", "minutes": "15"})
    stranger = admin.post(
        f"{path}-customer/", {"person": "no@body.test", "reason": REASON, "minutes": "15"}
    )
    Agency.objects.filter(pk=agency.pk).update(support_access=False)
    closed = admin.post(f"{path}/", {"person": owner.public_id, "reason": REASON, "minutes": "15"})

    assert [page.status_code for page in (short, stranger, closed)] == [422, 422, 422]
    assert "does not let support enter" in closed.content.decode()
    assert not Impersonation.objects.exists()


def test_a_link_is_good_once_and_in_its_place(
    staff, agency, owner, other_agency, client_for
) -> None:
    path = _ask(staff, agency, person=owner.public_id)

    other = client_for(agency=other_agency)
    customer = client_for(portal=PortalName.CUSTOMER)
    assert (other.get(path).status_code, other.post(path).status_code) == (404, 404)
    assert (customer.get(path).status_code, customer.post(path).status_code) == (404, 404)
    assert client_for().post(path).status_code == 302
    again = client_for()
    assert (again.get(path).status_code, again.post(path).status_code) == (404, 404)
    assert again.get("/").status_code == 302


def test_a_copied_cookie_works_nowhere_else(enter, other_agency, client_for) -> None:
    cookies = enter().cookies
    for host in ("beta.agency.localhost", "acme.customers.localhost", "admin.localhost"):
        thief = Client(HTTP_HOST=host)
        thief.cookies = cookies

        assert thief.get("/").status_code == 302


def _expire(_agency: Agency) -> None:
    Impersonation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _end(_agency: Agency) -> None:
    Impersonation.objects.update(ended_at=timezone.now())


def _close(agency: Agency) -> None:
    Agency.objects.filter(pk=agency.pk).update(support_access=False)


def _leave_staff(_agency: Agency) -> None:
    User.objects.filter(email="sara@spotex.test").update(is_staff=False)


def _leave_agency(agency: Agency) -> None:
    Membership.objects.filter(agency=agency, user__email="owner@acme.test").delete()


def _join_staff(_agency: Agency) -> None:
    User.objects.filter(email="owner@acme.test").update(is_staff=True)


@pytest.mark.parametrize("end", [_expire, _end, _close, _leave_staff, _leave_agency, _join_staff])
def test_a_session_ends_on_the_very_next_request(enter, agency, end) -> None:
    client = enter()
    assert client.get("/").status_code == 200

    end(agency)

    page = client.get("/")
    assert (page.status_code, SUPPORT in client.session) == (403, False)
    assert "support session has ended" in page.content.decode()
    assert client.get("/").status_code == 302


def test_a_suspended_agency_shows_support_the_notice_too(enter, agency) -> None:
    client = enter()

    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    assert client.get("/").status_code == 403
    assert "Sara" not in client.get("/").content.decode()


def test_support_ends_it_with_a_button(enter, agency) -> None:
    client = enter()

    page = client.post("/support/end/")

    assert page.context["admin_url"].endswith(f"/tenants/agency/{agency.pk}/change/")
    assert "in the place of" not in page.content.decode()
    assert Impersonation.objects.get().ended_at is not None
    assert client.get("/").status_code == 302


def test_only_support_sessions_have_that_end(client_for, owner) -> None:
    assert client_for(owner).post("/support/end/")["Location"] == "/"


def test_another_session_replaces_the_first(enter) -> None:
    first = enter()

    second = enter()

    assert first.get("/").status_code == 403
    assert second.get("/").status_code == 200


def test_support_only_looks_unless_it_asked_for_more(enter, agency) -> None:
    given = {"name": "Nuovo", "email": "nuovo@company.test"}

    assert enter().post("/customers/new/", given).status_code == 403
    assert enter(writes="on").post("/customers/new/", given).status_code == 302

    with agency_scope(agency):
        entry = ActivityEntry.objects.get(event="customers.customer.created")
    assert entry.actor_name == "Olga Studio Acme"
    assert entry.impersonator_name == "Sara Staff"
    assert entry.details["support_session"] == Impersonation.objects.latest("pk").public_id


WRITING = {
    *("customer-create", "customer-change", "customer-archive", "customer-restore"),
    *("customer-bulk", "customer-bulk-undo"),
    # The pages open; the service refuses to import in somebody's place.
    *("customer-import", "customer-import-detail", "customer-import-run"),
    *("domain-create", "domain-check", "domain-change", "domain-primary", "domain-remove"),
    *("site-create", "site-deploy", "site-cancel", "site-suspend", "site-resume", "site-restart"),
    *("site-login", "site-clone", "site-push", "site-step-back", "site-php", "site-bulk"),
    *("site-discard", "support-begin", "support-end"),
    *("location-create", "location-change", "location-archive", "location-days-off"),
    *("days-off-remove", "space-create", "space-change", "space-archive"),
    *("equipment-create", "equipment-change", "equipment-archive"),
    *("package-create", "package-change", "package-archive"),
    *("voucher-create", "voucher-change", "voucher-end"),
    *("space-hours", "space-rates", "space-peak-add", "space-peak-remove"),
    *("reservation-create", "block-create", "block-lift", "reservation-check-in"),
    *("reservation-approve", "reservation-decline"),
    *("reservation-check-in-undo", "reservation-no-show-undo"),
    *("reservation-no-show", "reservation-cancel", "wish-offer", "wish-leave"),
    "series-create",
    *("reservation-move", "reservation-extend", "reservation-notes", "reservation-equipment"),
    *("space-share", "widget-site-remove"),
    *("space-photos", "photo-describe", "photo-first", "photo-remove"),
    *("outside-list", "outside-read", "outside-remove", "conflict-ignore", "conflict-retry"),
    # The page opens; the service makes no address in somebody's place. Revoking is closing a door.
    *("feed-list", "feed-renew", "feed-revoke"),
}


@pytest.mark.parametrize("portal", ["agency", "customer"])
def test_support_changes_what_is_listed_and_nothing_else(enter, portal) -> None:
    """A new view that changes something is closed to support until it is listed here."""
    client = enter(writes="on")
    opened = set()
    for route in list_routes(portal):
        if route.pattern.startswith("api/") or portal == "customer":
            continue
        path = "/" + route.pattern
        for prefix in PREFIXES:
            path = path.replace(f"<{prefix}:public_id>", f"{prefix}_{'0' * 26}")
        if "<" in path or "(" in path:
            continue
        if client.post(path).status_code not in {403, 405}:
            opened.add(route.name)
        client = client if client.get("/").status_code == 200 else enter(writes="on")

    assert opened <= WRITING


@pytest.mark.parametrize(
    "path",
    [
        *("/accounts/password/change/", "/accounts/login/", "/profile/", "/settings/"),
        *("/settings/api-keys/", "/settings/support/", "/people/invite/"),
    ],
)
def test_what_is_the_persons_own_stays_closed(enter, path) -> None:
    assert enter(writes="on").get(path).status_code == 403


def test_a_stream_of_support_carries_the_topic_that_closes_it(enter) -> None:
    ticket = read_ticket(enter().get("/live/sites")["X-Live-Ticket"])

    assert ticket is not None
    assert f"support:{Impersonation.objects.get().public_id}" in ticket.topics
    assert ticket.follower == User.objects.get(email="sara@spotex.test").public_id


def test_the_agency_reads_what_was_done_and_shuts_the_door(enter, client_for, owner) -> None:
    support = enter(writes="on")
    support.post("/customers/new/", {"name": "Nuovo", "email": "nuovo@company.test"})
    client = client_for(owner)

    listed = client.get("/settings/support/").content.decode()
    session = Impersonation.objects.get()
    detail = client.get(f"/settings/support/{session.public_id}/").content.decode()

    assert REASON in listed
    assert "open now" in listed
    assert "Nuovo" in detail
    assert "support: Sara Staff" in detail
    client.post("/settings/support/", {"allowed": "0"})
    assert support.get("/").status_code == 403
    assert "Support stays outside" in client.get("/settings/support/").content.decode()


def _count_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/settings/support/").status_code == 200
        return len(queries)


def test_the_list_of_sessions_asks_the_same_for_three(enter, client_for, owner) -> None:
    client = client_for(owner)
    enter()
    _count_queries(client)
    one = _count_queries(client)
    enter()
    enter()

    assert _count_queries(client) == one
