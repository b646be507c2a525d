from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hosting.models import Site
from hosting.operations.models import Operation
from hosting.services.creation import create_site
from portals.admin.tests.conftest import sign_in
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.models import (
    Agency,
    ApiKey,
    Domain,
    DueWork,
    Invitation,
    MailMessage,
    Membership,
    Plan,
    User,
)
from tenants.states import AgencyState, Role


def _agency_page(agency: Agency, action: str) -> str:
    return f"/tenants/agency/{agency.pk}/{action}/"


def test_suspending_asks_for_a_reason(staff_client, agency) -> None:
    assert "Reason" in staff_client.get(_agency_page(agency, "suspend")).content.decode()

    response = staff_client.post(_agency_page(agency, "suspend"), {"reason": " "})

    assert response.status_code == 422
    assert Agency.objects.get(pk=agency.pk).state == AgencyState.ACTIVE


def test_staff_suspends_and_resumes(staff_client, staff, agency, owner, client_for) -> None:
    response = staff_client.post(_agency_page(agency, "suspend"), {"reason": "invoice 12"})

    assert response["Location"] == f"/tenants/agency/{agency.pk}/change/"
    agency.refresh_from_db()
    assert (agency.state, agency.suspended_reason) == (AgencyState.SUSPENDED, "invoice 12")
    with agency_scope(agency):
        entry = ActivityEntry.objects.get(event="tenants.agency.suspended")
    assert (entry.actor_public_id, entry.actor_role) == (staff.public_id, "STAFF")
    assert client_for(owner).get("/").status_code == 403

    staff_client.post(_agency_page(agency, "resume"))

    agency.refresh_from_db()
    assert (agency.state, agency.suspended_reason) == (AgencyState.ACTIVE, "")


def test_action_of_the_other_state_is_refused(staff_client, agency) -> None:
    assert staff_client.post(_agency_page(agency, "resume")).status_code == 403


@pytest.mark.parametrize("action", ["suspend", "resume", "agency-portal", "customer-portal"])
def test_actions_are_for_staff_only(owner, agency, action) -> None:
    client = sign_in(owner)

    response = client.post(_agency_page(agency, action), {"reason": "x"}, follow=True)

    assert response.status_code == 403
    assert Agency.objects.get(pk=agency.pk).state == AgencyState.ACTIVE


def test_portal_links_lead_to_the_agency_hosts(staff_client, agency) -> None:
    response = staff_client.get(_agency_page(agency, "agency-portal"))

    assert response["Location"] == "http://acme.agency.localhost:8000/"


def test_user_is_deactivated_and_reactivated(staff_client, colleague) -> None:
    staff_client.post(f"/tenants/user/{colleague.pk}/deactivate/")
    assert not User.objects.get(pk=colleague.pk).is_active
    assert ActivityEntry.objects.get(event="tenants.user.deactivated").subject_public_id

    staff_client.post(f"/tenants/user/{colleague.pk}/reactivate/")
    assert User.objects.get(pk=colleague.pk).is_active


def test_nobody_deactivates_themselves(staff_client, staff) -> None:
    assert staff_client.post(f"/tenants/user/{staff.pk}/deactivate/").status_code == 403
    assert staff_client.post(f"/tenants/user/{staff.pk}/revoke_staff/").status_code == 403


def test_staff_rights_are_given_and_taken(staff_client, stranger) -> None:
    staff_client.post(f"/tenants/user/{stranger.pk}/grant_staff/")
    assert User.objects.get(pk=stranger.pk).is_staff

    staff_client.post(f"/tenants/user/{stranger.pk}/revoke_staff/")
    assert not User.objects.get(pk=stranger.pk).is_staff
    assert ActivityEntry.objects.filter(event="tenants.staff.changed").count() >= 2


def test_role_is_changed_through_the_service(staff_client, agency, colleague) -> None:
    member = Membership.objects.get(user=colleague, agency=agency)

    staff_client.post(f"/tenants/membership/{member.pk}/change/", {"role": Role.OWNER})

    member.refresh_from_db()
    assert member.role == Role.OWNER
    with agency_scope(agency):
        assert ActivityEntry.objects.filter(event="tenants.member.role_changed").exists()


@pytest.mark.parametrize("path", ["change", "delete"])
def test_last_owner_stays(staff_client, agency, owner, path) -> None:
    member = Membership.objects.get(user=owner, agency=agency)

    response = staff_client.post(
        f"/tenants/membership/{member.pk}/{path}/",
        {"role": Role.VIEWER, "post": "yes"},
        follow=True,
    )

    assert "needs at least one owner" in response.content.decode()
    assert Membership.objects.get(pk=member.pk).role == Role.OWNER


def test_membership_is_ended_through_the_service(staff_client, agency, colleague) -> None:
    member = Membership.objects.get(user=colleague, agency=agency)

    staff_client.post(f"/tenants/membership/{member.pk}/delete/", {"post": "yes"})

    assert not Membership.objects.filter(pk=member.pk).exists()
    with agency_scope(agency):
        assert ActivityEntry.objects.filter(event="tenants.member.removed").exists()


def _figures(plan: Plan, **changes: int) -> dict[str, int]:
    names = [
        "price_minor", "customers", "sites", "storage_gb", "mailboxes", "spaces", "products",
        "marketplaces", "ai_credits", "custom_domains", "api_requests_per_minute", "backup_days",
    ]  # fmt: skip
    return {**{name: getattr(plan, name) for name in names}, **changes}


def test_a_plan_without_a_limit_says_so(staff_client) -> None:
    text = staff_client.get("/tenants/plan/").content.decode()

    assert "no limit" in text
    assert ">-1<" not in text


def test_figures_of_a_plan_are_changed_through_the_service(staff_client) -> None:
    plan = Plan.objects.get(tier="STARTER")

    staff_client.post(f"/tenants/plan/{plan.pk}/change/", _figures(plan, customers=7))

    plan.refresh_from_db()
    assert plan.customers == 7
    assert ActivityEntry.objects.get(event="tenants.plan.changed").details == {"customers": [5, 7]}


def test_impossible_figure_is_refused(staff_client) -> None:
    plan = Plan.objects.get(tier="STARTER")

    response = staff_client.post(
        f"/tenants/plan/{plan.pk}/change/",
        _figures(plan, customers=-2, price_minor=-1),
        follow=True,
    )

    form = response.context["adminform"].form
    assert {name: list(texts) for name, texts in form.errors.items()} == {
        "customers": ["Enter -1 or more."],
        "price_minor": ["Ensure this value is greater than or equal to 0."],
    }
    assert form["customers"].value() == "-2"
    plan.refresh_from_db()
    assert plan.customers == 5


def test_failed_mail_is_sent_again(staff_client, failed_mail) -> None:
    staff_client.post(f"/tenants/mailmessage/{failed_mail.pk}/send_again/")

    failed_mail.refresh_from_db()
    assert (failed_mail.state, failed_mail.attempts) == ("QUEUED", 0)
    again = staff_client.post(f"/tenants/mailmessage/{failed_mail.pk}/send_again/")
    assert again.status_code == 403


def test_failed_deployment_is_tried_again(staff_client, agency, customer, owner_actor) -> None:
    with agency_scope(agency):
        site = create_site(
            actor=owner_actor,
            customer=customer,
            name="Prova",
            title="Prova",
            admin_email="a@b.test",
        )
        Site.objects.filter(pk=site.pk).update(state="ERROR", error={"code": "disk_full"})
    Operation.objects.update(state="FAILED", error={"code": "disk_full", "step": "files"})
    operation = Operation.objects.get()
    address = reverse(
        "admin:operations_operation_retry", args=[operation.pk], urlconf="portals.admin.urls"
    )

    response = staff_client.post(address, follow=True)

    assert "in the queue again" in response.content.decode()
    operation.refresh_from_db()
    assert (operation.state, operation.attempt) == ("PENDING", 2)


def test_operation_of_an_unknown_kind_is_not_retried(staff_client, failed_operation) -> None:
    Operation.objects.update(kind="site.unknown")

    response = staff_client.post(f"/operations/operation/{failed_operation.pk}/retry/")

    assert response.status_code == 403


def test_staff_lets_waiting_work_be_done_now(staff_client, failed_work) -> None:
    path = f"/tenants/duework/{failed_work.pk}/try-now/"
    before = timezone.now()

    asked = staff_client.get(path)
    done = staff_client.post(path)

    failed_work.refresh_from_db()
    assert "tests.failing" in asked.content.decode()
    assert (done.status_code, before <= failed_work.due_at <= timezone.now()) == (302, True)
    assert staff_client.post(path).status_code == 403


def test_failing_work_can_be_singled_out(staff_client, failed_work) -> None:
    DueWork.objects.create(kind="tests.fine", key="beta", due_at=timezone.now())

    every = staff_client.get("/tenants/duework/").content.decode()
    failing = staff_client.get("/tenants/duework/?failing=yes").content.decode()

    assert "tests.fine" in every
    assert ">beta<" not in failing
    assert "OSError: the other side is closed" in failing


def _choose(model: str, action: str, *rows, **more: str) -> tuple[str, dict[str, object]]:
    keys = [str(row.pk) for row in rows]
    return f"/{model}/", {"action": action, "_selected_action": keys, **more}


def test_chosen_mails_are_sent_again_after_a_question(staff_client, staff, failed_mail) -> None:
    path, data = _choose("tenants/mailmessage", "send_each_again", failed_mail)

    asked = staff_client.post(path, {**data, "index": "0"}).content.decode()
    failed_mail.refresh_from_db()
    assert "Send these mails again" in asked
    assert failed_mail.state == "FAILED"

    done = staff_client.post(path, {**data, "confirmed": "yes"}, follow=True).content.decode()

    failed_mail.refresh_from_db()
    assert failed_mail.state == "QUEUED"
    assert "Done for 1 row." in done
    entry = ActivityEntry.objects.get(event="tenants.staff.mail_resent")
    assert (entry.actor_public_id, entry.subject_name) == (staff.public_id, failed_mail.recipient)


def test_a_row_that_cannot_is_named_and_stops_no_other(staff_client, failed_mail) -> None:
    sent = MailMessage.objects.get(pk=failed_mail.pk)
    sent.pk, sent.public_id, sent.state = None, "mail_sent", "SENT"
    sent.recipient = "sent@example.test"
    sent.save(force_insert=True)
    path, data = _choose(
        "tenants/mailmessage", "send_each_again", sent, failed_mail, confirmed="yes"
    )

    page = staff_client.post(path, data, follow=True).content.decode()

    failed_mail.refresh_from_db()
    assert failed_mail.state == "QUEUED"
    assert "sent@example.test: Your invitation: Only a mail that failed" in page
    assert "Done for 1 row." in page


def test_too_many_rows_are_not_acted_on(staff_client, failed_mail, monkeypatch) -> None:
    monkeypatch.setattr("portals.admin.staff.MOST_CHOSEN", 0)
    path, data = _choose("tenants/mailmessage", "send_each_again", failed_mail, confirmed="yes")

    page = staff_client.post(path, data, follow=True).content.decode()

    failed_mail.refresh_from_db()
    assert "Choose 0 rows at most." in page
    assert failed_mail.state == "FAILED"


def test_chosen_work_is_done_now(staff_client, failed_work) -> None:
    path, data = _choose("tenants/duework", "try_each_now", failed_work, confirmed="yes")

    staff_client.post(path, data)

    failed_work.refresh_from_db()
    assert failed_work.due_at <= timezone.now()
    entry = ActivityEntry.objects.get(event="tenants.staff.work_hastened")
    assert entry.subject_name == "tests.failing acme"


def test_an_operation_that_cannot_be_tried_again_says_so(staff_client, failed_operation) -> None:
    Operation.objects.update(kind="site.unknown")
    path, data = _choose("operations/operation", "retry_each", failed_operation, confirmed="yes")

    page = staff_client.post(path, data, follow=True).content.decode()

    assert "cannot be tried again" in page
    assert Operation.objects.get().state == "FAILED"


def test_a_key_is_revoked_in_the_agency_s_trail(staff_client, staff, agency, owner) -> None:
    key = ApiKey.objects.create(
        agency=agency,
        created_by=owner,
        name="Shop",
        prefix="spx_abc",
        digest="x",
        scopes=["customers:read"],
    )
    path = f"/tenants/apikey/{key.pk}/revoke/"

    assert "Shop" in staff_client.get(path).content.decode()
    staff_client.post(path)

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert staff_client.post(path).status_code == 403
    with agency_scope(agency):
        entry = ActivityEntry.objects.get(event="tenants.api_key.revoked")
    assert (entry.actor_public_id, entry.actor_role) == (staff.public_id, "STAFF")


def test_an_invitation_is_taken_back(staff_client, agency) -> None:
    invitation = Invitation.objects.create(
        agency=agency,
        email="new@example.test",
        full_name="New",
        role="MEMBER",
        token_digest="x",
        expires_at=timezone.now() + timedelta(days=1),
    )
    path = f"/tenants/invitation/{invitation.pk}/revoke/"
    page = f"/tenants/invitation/{invitation.pk}/change/"

    assert "Take back" in staff_client.get(page).content.decode()
    staff_client.post(path)

    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert "taken back" in staff_client.get(page).content.decode()
    assert staff_client.post(path).status_code == 403
    Invitation.objects.update(revoked_at=None, expires_at=timezone.now())
    assert "expired" in staff_client.get(page).content.decode()
    Invitation.objects.update(accepted_at=timezone.now())
    assert "accepted" in staff_client.get(page).content.decode()


def test_a_domain_is_checked_now(staff_client, agency) -> None:
    domain = Domain.objects.create(domain="a.example", tenant=agency, portal="agency")

    staff_client.post(f"/tenants/domain/{domain.pk}/check-now/")

    domain.refresh_from_db()
    assert domain.check_requested_at is not None
    assert DueWork.objects.filter(key=domain.public_id).exists()
