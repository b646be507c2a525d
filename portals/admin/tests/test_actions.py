from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from hosting.models import Site
from hosting.operations.models import Operation
from hosting.services.creation import create_site
from portals.admin.tests.conftest import sign_in
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.models import Agency, DueWork, Membership, Plan, User
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
        _figures(plan, customers=-2),
        follow=True,
    )

    assert "Enter -1 or more" in response.content.decode()
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
