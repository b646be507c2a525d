from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hosting.operations.models import Operation
from spotex.kernel.models import ActivityEntry
from tenants.models import (
    Agency,
    DueWork,
    MailMessage,
    Membership,
    Plan,
    SchemaMigration,
    Subscription,
    User,
)

MODELS = [Agency, User, Membership, Plan, Subscription, Operation, MailMessage, DueWork]
MODELS += [SchemaMigration, ActivityEntry]


def _name(model) -> str:
    return f"/{model._meta.app_label}/{model._meta.model_name}"


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_and_page_open(
    model,
    language,
    staff_client,
    agency,
    failed_operation,
    failed_mail,
    failed_work,
    failed_migration,
    entry,
) -> None:
    staff_client.cookies["language"] = language
    row = model.objects.order_by("-pk").first()

    for path in ("/", "/?q=acme", f"/{row.pk}/change/"):
        response = staff_client.get(_name(model) + path)
        assert response.status_code == 200, path


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_are_neither_added_nor_deleted(
    model, staff_client, agency, failed_operation, failed_mail, failed_work, failed_migration, entry
) -> None:
    row = model.objects.order_by("-pk").first()
    before = model.objects.count()

    assert staff_client.post(f"{_name(model)}/add/").status_code == 403
    if model is not Membership:
        response = staff_client.post(f"{_name(model)}/{row.pk}/delete/", {"post": "yes"})
        assert response.status_code == 403
    assert model.objects.count() == before


def test_search_finds_agencies_by_name_address_and_member(
    staff_client, agency, other_agency
) -> None:
    for words in ("Studio Acme", "acme", "owner@acme.test"):
        page = staff_client.get("/tenants/agency/", {"q": words}).content.decode()
        assert "Studio Acme" in page
        assert "Beta Digital" not in page


def test_list_of_agencies_costs_the_same_for_more_rows(staff_client, agency, other_agency) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            staff_client.get("/tenants/agency/")
        return len(queries)

    count()
    with_two = count()
    Agency.objects.filter(pk=other_agency.pk).update(slug="gamma")

    assert count() == with_two <= 12


def test_agency_page_shows_its_own_trail_and_counts(staff_client, agency, customer) -> None:
    page = staff_client.get(f"/tenants/agency/{agency.pk}/change/").content.decode()

    assert "opened the agency Studio Acme" in page
    assert "Suspend" in page


def test_text_of_a_mail_is_not_shown(staff_client, failed_mail) -> None:
    page = staff_client.get(f"/tenants/mailmessage/{failed_mail.pk}/change/").content.decode()

    assert "Connection refused" in page
    assert "secret.example" not in page


def test_failure_is_explained(staff_client, failed_operation) -> None:
    page = staff_client.get(f"/operations/operation/{failed_operation.pk}/change/").content.decode()

    assert "3 MB free, 50 MB needed" in page


@pytest.mark.parametrize("key", ["abc", "%00", "-1", "1.5", "9" * 40, "²"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_address_without_a_key_leads_nowhere(model, key: str, staff_client) -> None:
    for part in ("change", "history"):
        response = staff_client.get(f"{_name(model)}/{key}/{part}/")
        assert response.status_code in {302, 404}, part


@pytest.mark.parametrize(
    "path",
    [
        "/tenants/agency/abc/suspend/",
        "/tenants/agency/abc/agency-portal/",
        "/tenants/user/abc/deactivate/",
        "/tenants/mailmessage/abc/send-again/",
        "/operations/operation/abc/retry/",
    ],
)
def test_an_action_without_a_key_leads_nowhere(path: str, staff_client) -> None:
    assert staff_client.get(path).status_code in {302, 403, 404}
