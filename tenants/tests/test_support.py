from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import PASSWORD
from spotex.kernel.actor import Actor
from spotex.kernel.errors import NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import access_support, actor_under_support, system_actor
from tenants.models import Agency, DueWork, Impersonation, User
from tenants.permissions import READING, SUPPORT_WORK, Permission
from tenants.selectors import find_open_support, list_support_of
from tenants.services.staff import actor_of_staff, register_staff
from tenants.services.support import (
    LINK_SECONDS,
    SupportClosed,
    SupportLinkInvalid,
    SupportPersonUnfit,
    SupportReasonMissing,
    SupportTimeUnknown,
    SupportWish,
    begin_support,
    change_support_access,
    end_overdue_support,
    end_support,
    prepare_support,
)
from tenants.services.suspension import suspend_agency
from tenants.tests.factories import NOON, ImpersonationFactory, UserFactory

pytestmark = pytest.mark.django_db
REASON = "ticket 4711: the logo is not shown"


@pytest.fixture
def staff() -> User:
    return register_staff(email="sara@spotex.test", password=PASSWORD, full_name="Sara Staff")


@pytest.fixture
def staff_actor(staff: User, agency: Agency) -> Actor:
    return actor_of_staff(staff, agency=agency)


def _wish(person: User, **changes: object) -> SupportWish:
    return SupportWish(**{"person": person, "reason": REASON, "minutes": 15, **changes})


def _begin(agency: Agency, token: str, **changes: object) -> Impersonation:
    place = {"agency_id": agency.pk, "portal": "agency", "at": NOON, **changes}
    return begin_support(token, **place)


def _find(row: Impersonation, **changes: object) -> Impersonation | None:
    place = {
        "agency_id": row.agency_id,
        "portal": row.portal,
        "staff_id": row.staff_id,
        "at": NOON + timedelta(minutes=1),
        **changes,
    }
    return find_open_support(row.public_id, **place)


@pytest.fixture
def session(agency: Agency, owner: User, staff_actor: Actor) -> Impersonation:
    _row, token = prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)
    return _begin(agency, token)


def test_a_link_begins_a_session_that_everybody_can_read_about(agency, owner, session) -> None:
    assert session.expires_at == NOON + timedelta(minutes=15)
    assert DueWork.objects.get(key=session.public_id).due_at == session.expires_at
    with agency_scope(agency):
        entry = ActivityEntry.objects.get(event="tenants.support.started")
    assert (entry.actor_name, entry.subject_name) == ("Sara Staff", str(owner))
    assert entry.details["reason"] == REASON
    assert str(session) == session.public_id


def test_a_link_works_once(agency, owner, staff_actor) -> None:
    _row, token = prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)
    _begin(agency, token)

    with pytest.raises(SupportLinkInvalid):
        _begin(agency, token)


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON + timedelta(seconds=LINK_SECONDS)},
        {"portal": "customer"},
        {"agency_id": 0},
    ],
)
def test_a_link_works_in_time_and_in_its_place(agency, owner, staff_actor, change) -> None:
    _row, token = prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)

    with pytest.raises(SupportLinkInvalid):
        _begin(agency, token, **change)


def test_a_link_of_somebody_who_left_the_staff_is_useless(
    agency, owner, staff, staff_actor
) -> None:
    _row, token = prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)
    User.objects.filter(pk=staff.pk).update(is_staff=False)

    with pytest.raises(SupportLinkInvalid):
        _begin(agency, token)


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON + timedelta(minutes=15)},
        {"portal": "customer"},
        {"agency_id": 0},
        {"staff_id": 0},
    ],
)
def test_a_session_holds_in_its_time_and_place_only(session, change) -> None:
    assert _find(session) == session
    assert _find(session, **change) is None


@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("staff", {"is_staff": False}),
        ("staff", {"is_active": False}),
        ("person", {"is_staff": True}),
        ("person", {"is_active": False}),
    ],
)
def test_a_session_falls_with_the_right_of_either(session, who, change) -> None:
    User.objects.filter(pk=getattr(session, f"{who}_id")).update(**change)

    assert _find(session) is None


def test_a_session_falls_with_the_consent_of_the_agency(agency, owner_actor, session) -> None:
    changed = change_support_access(agency, actor=owner_actor, allowed=False, at=NOON)

    assert _find(session) is None
    session.refresh_from_db()
    assert session.ended_at == NOON
    assert change_support_access(changed, actor=owner_actor, allowed=False, at=NOON) == agency
    with agency_scope(agency):
        entries = ActivityEntry.objects.filter(event="tenants.support.access_changed")
        assert [entry.details for entry in entries] == [{"support_access": [True, False]}]
    assert change_support_access(changed, actor=owner_actor, allowed=True, at=NOON).support_access


def test_nobody_enters_where_support_is_kept_out(agency, owner, owner_actor, staff_actor) -> None:
    change_support_access(agency, actor=owner_actor, allowed=False, at=NOON)

    with pytest.raises(SupportClosed):
        prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)


def test_nobody_enters_a_suspended_agency(agency, owner, staff_actor) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    with pytest.raises(SupportClosed):
        prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)


def test_only_staff_enters(agency, owner, owner_actor, staff, staff_actor) -> None:
    under_support = replace(staff_actor, support_session="imp_1")
    former = replace(staff_actor, user_id=None)
    for actor in (owner_actor, under_support, former):
        with pytest.raises(NotAllowed):
            prepare_support(agency, wish=_wish(owner), actor=actor, at=NOON)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)


@pytest.mark.parametrize(
    "person", [{"is_staff": True}, {"is_active": False}, {"full_name": "Of no agency"}]
)
def test_nobody_acts_for_staff_the_deactivated_or_strangers(agency, staff_actor, person) -> None:
    with pytest.raises(SupportPersonUnfit):
        prepare_support(agency, wish=_wish(UserFactory(**person)), actor=staff_actor, at=NOON)


@pytest.mark.parametrize("reason", ["", "too   short", "x" * 301])
def test_a_reason_is_neither_missing_nor_a_novel(agency, owner, staff_actor, reason) -> None:
    with pytest.raises(SupportReasonMissing):
        prepare_support(agency, wish=_wish(owner, reason=reason), actor=staff_actor, at=NOON)


def test_sessions_last_as_long_as_offered(agency, owner, staff_actor) -> None:
    with pytest.raises(SupportTimeUnknown):
        prepare_support(agency, wish=_wish(owner, minutes=600), actor=staff_actor, at=NOON)


def test_another_session_ends_the_one_before(agency, owner, staff_actor, session) -> None:
    second, _token = prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)
    third, _token = prepare_support(agency, wish=_wish(owner), actor=staff_actor, at=NOON)

    session.refresh_from_db()
    second.refresh_from_db()
    assert (session.ended_at, second.ended_at, third.ended_at) == (NOON, NOON, None)
    with agency_scope(agency):  # a link that nobody used leaves no line
        assert ActivityEntry.objects.filter(event="tenants.support.ended").count() == 1


def test_a_session_ends_once(agency, staff_actor, session) -> None:
    end_support(session, actor=staff_actor, at=NOON + timedelta(minutes=3))
    ended = end_support(session, actor=staff_actor, at=NOON + timedelta(minutes=9))

    assert ended.ended_at == NOON + timedelta(minutes=3)
    assert not DueWork.objects.filter(key=session.public_id).exists()
    assert _find(session) is None


def test_the_appointment_ends_what_nobody_ended(session) -> None:
    assert end_overdue_support(session.public_id, at=NOON) == session.expires_at
    late = session.expires_at + timedelta(minutes=2)

    assert end_overdue_support(session.public_id, at=late) is None

    session.refresh_from_db()
    assert session.ended_at == session.expires_at
    assert end_overdue_support(session.public_id, at=late) is None
    assert end_overdue_support("imp_unknown", at=late) is None


def test_support_has_no_more_permissions_than_the_person_and_few_to_write(
    owner_actor, viewer_actor, session
) -> None:
    looking = actor_under_support(owner_actor, support=session)
    session.writes = True
    working = actor_under_support(owner_actor, support=session)

    assert looking.permissions == owner_actor.permissions & READING
    assert working.permissions == owner_actor.permissions & (READING | SUPPORT_WORK)
    assert actor_under_support(viewer_actor, support=session).permissions <= (
        viewer_actor.permissions
    )
    for never in (
        Permission.API_KEY_MANAGE,
        Permission.SUBSCRIPTION_MANAGE,
        Permission.OWNER_MANAGE,
    ):
        assert never not in working.permissions
    assert (working.impersonator_name, working.support_session) == (
        "Sara Staff",
        session.public_id,
    )


def test_an_agency_reads_of_its_own_sessions_only(
    session, owner_actor, other_actor, contact_actor, viewer_actor, agency, owner
) -> None:
    waiting = ImpersonationFactory(agency=agency, person=owner)

    assert list(list_support_of(owner_actor)) == [session]
    assert waiting not in list_support_of(owner_actor)
    assert not list_support_of(other_actor).exists()
    assert not list_support_of(contact_actor).exists()
    manage = Permission.AGENCY_MANAGE
    assert access_support(owner_actor, session.public_id, permission=manage) == session
    with pytest.raises(NotAllowed):
        access_support(viewer_actor, session.public_id, permission=manage)
