from __future__ import annotations

import pytest
from django.test import Client

from spotex.kernel.events import publish
from tenants.events import UserDeactivated, UserReactivated
from tenants.models import Agency, User
from tenants.services.closing import begin_closing
from tenants.services.staff import actor_of_staff
from tenants.tests.factories import NOON

pytestmark = pytest.mark.django_db
TRAIL = "/kernel/activityentry/"


@pytest.fixture(autouse=True)
def _lines(staff: User, owner: User) -> None:
    """Two lines of the staff, one with a name that a spreadsheet would calculate."""
    actor = actor_of_staff(staff)
    for kind, name in ((UserDeactivated, "=1+1"), (UserReactivated, "Rita Riattivata")):
        publish(kind(actor=actor, subject_public_id=owner.public_id, subject_name=name))


def _count(client: Client, query: str) -> int:
    return len(client.get(f"{TRAIL}?{query}").context["cl"].result_list)


def test_lines_are_filtered_by_kind_person_door_and_day(staff_client: Client, staff: User) -> None:
    assert _count(staff_client, "kind=tenants.user") == 2
    assert _count(staff_client, "kind=tenants.plan") == 0
    assert _count(staff_client, f"staff={staff.public_id}&kind=tenants.user") == 2
    assert _count(staff_client, "via=BROWSER&kind=tenants.user") == 2
    assert _count(staff_client, "via=API") == 0
    assert _count(staff_client, "created_at__gte=2999-01-01T00:00:00Z") == 0
    assert _count(staff_client, "q=Riattivata") == 1


def test_the_list_speaks_in_words(staff_client: Client, staff: User) -> None:
    text = staff_client.get(TRAIL).content.decode()

    assert f"{staff.full_name} (Spotex staff) opened the account of Rita Riattivata again" in text
    assert "In the browser" in text
    assert "tenants.user.reactivated" not in text


def test_another_person_has_no_lines(staff_client: Client, owner: User) -> None:
    assert _count(staff_client, f"staff={owner.public_id}") == 0


def test_the_file_follows_the_filters_and_calculates_nothing(staff_client: Client) -> None:
    page = staff_client.get(f"{TRAIL}?kind=tenants.user")

    answer = staff_client.get(page.context_data["actions_list"][0]["path"])

    text = b"".join(answer).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=1+1" in text
    assert "Rita Riattivata" in text


def test_the_end_of_an_agency_leaves_its_line_in_the_agency(
    staff_client: Client, staff: User, agency: Agency
) -> None:
    actor = actor_of_staff(staff, agency=agency)

    begin_closing(agency, actor=actor, typed_name=agency.name, reason="fraud", at=NOON)

    page = staff_client.get(f"/tenants/agency/{agency.pk}/change/").content
    assert b"asked for the deletion of the agency" in page
