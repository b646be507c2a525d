from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import PASSWORD
from spotex.kernel.models import ActivityEntry
from tenants.models import DueWork, User
from tenants.services.accounts import EmailTaken, is_email_verified
from tenants.services.mail import MailNotFailed
from tenants.services.staff import (
    OwnAccount,
    actor_of_staff,
    change_staff_rights,
    deactivate_user,
    hasten_work,
    note_export,
    reactivate_user,
    register_staff,
    resend_mail,
)
from tenants.tests.factories import NOON, MailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return register_staff(email="Sara@Spotex.Test", password=PASSWORD, full_name="Sara Staff")


def _last_event(user: User) -> tuple[str, dict]:
    entry = ActivityEntry.objects.filter(subject_public_id=user.public_id).latest("pk")
    return entry.event, entry.details


def test_register_staff_makes_somebody_who_may_enter(staff: User) -> None:
    assert (staff.email, staff.is_staff, staff.is_superuser) == ("sara@spotex.test", True, False)
    assert is_email_verified(staff)
    assert _last_event(staff)[1] == {"is_staff": [False, True]}


def test_register_staff_refuses_a_known_address(staff: User) -> None:
    with pytest.raises(EmailTaken):
        register_staff(email=staff.email, password=PASSWORD, full_name="Sara")


def test_staff_rights_are_given_and_taken(staff: User) -> None:
    user = UserFactory()

    given = change_staff_rights(user, actor=actor_of_staff(staff), is_staff=True).is_staff
    taken = change_staff_rights(user, actor=actor_of_staff(staff), is_staff=False).is_staff

    assert (given, taken) == (True, False)
    assert _last_event(user)[1] == {"is_staff": [True, False]}


def test_a_person_is_locked_out_and_let_in(staff: User) -> None:
    user = UserFactory()

    out = deactivate_user(user, actor=actor_of_staff(staff)).is_active
    back = reactivate_user(user, actor=actor_of_staff(staff)).is_active

    assert (out, back) == (False, True)


def test_nobody_locks_themselves_out(staff: User) -> None:
    actor = actor_of_staff(staff)

    with pytest.raises(OwnAccount) as caught:
        deactivate_user(staff, actor=actor)
    with pytest.raises(OwnAccount):
        change_staff_rights(staff, actor=actor, is_staff=False)

    staff.refresh_from_db()
    assert (caught.value.code, staff.is_active, staff.is_staff) == ("own_account", True, True)


def test_staff_acts_for_the_platform_or_in_an_agency(staff: User, agency) -> None:
    platform, inside = actor_of_staff(staff), actor_of_staff(staff, agency=agency)

    assert (platform.schema, platform.agency_id) == ("public", None)
    assert (inside.schema, inside.agency_id) == (agency.schema_name, agency.pk)


def test_a_file_that_was_taken_out_leaves_a_line(staff: User) -> None:
    note_export("tenants.User", rows=3, actor=actor_of_staff(staff))

    entry = ActivityEntry.objects.get(event="tenants.staff.exported")
    assert (entry.actor_public_id, entry.subject_name) == (staff.public_id, "tenants.User")
    assert entry.details == {"rows": 3}


def test_a_mail_that_is_sent_again_leaves_a_line(staff: User) -> None:
    mail = MailFactory(state="FAILED", attempts=6, due_at=NOON)

    again = resend_mail(mail, actor=actor_of_staff(staff), at=NOON)

    assert (again.state, again.attempts) == ("QUEUED", 0)
    assert ActivityEntry.objects.get(event="tenants.staff.mail_resent").subject_public_id


def test_a_mail_that_did_not_fail_leaves_no_line(staff: User) -> None:
    with pytest.raises(MailNotFailed):
        resend_mail(MailFactory(state="SENT"), actor=actor_of_staff(staff), at=NOON)

    assert not ActivityEntry.objects.filter(event="tenants.staff.mail_resent").exists()


def test_work_that_is_done_early_leaves_a_line(staff: User) -> None:
    work = DueWork.objects.create(kind="tests.x", key="k" * 120, due_at=NOON + timedelta(hours=1))

    hasten_work(work, actor=actor_of_staff(staff), at=NOON)

    work.refresh_from_db()
    assert work.due_at == NOON
    entry = ActivityEntry.objects.get(event="tenants.staff.work_hastened")
    assert entry.subject_name.startswith("tests.x kkk")
