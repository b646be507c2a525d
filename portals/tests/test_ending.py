"""An agency ends: step by step, through kills, without a trace and without harm to others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from conftest import ClientFor
from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from hosting.services import create_site
from hosting.services import ending as sites_ending
from hosting.states import SiteState
from portals.api.tokens import issue_tokens
from portals.tests.isolation.world import World, build_world
from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import Conflict
from spotex.kernel.locks import Busy
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.closing_steps import STEPS
from tenants.customers.tests.factories import ContactFactory, CustomerFactory
from tenants.hosts import snapshot_of
from tenants.models import Agency, Closure, MailMessage, Membership, User
from tenants.services import closing, ending
from tenants.services.agencies import SlugTaken, create_agency, require_free_slug
from tenants.services.closing import begin_closing, proceed_with_closing
from tenants.services.exports import folder_of_exports
from tenants.services.mail import Letter, queue_mail
from tenants.states import ClosureState, MailState, PortalName, Role, Tier
from tenants.tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
MOST_ROUNDS = 60


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path: Path) -> None:
    settings.SPOTEX_EXPORTS_DIR = tmp_path / "exports"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def doomed(db: None) -> Agency:
    """An agency that ends."""
    owner = UserFactory(email="wanda@zq9doomed.test", full_name="Wanda zq9doomed")
    return create_agency(
        name="Zq9doomed Studio", slug="zq9doomed", tier=Tier.STANDARD, owner=owner, via=Via.COMMAND
    )


@pytest.fixture
def doomed_actor(doomed: Agency) -> Actor:
    membership = Membership.objects.get(agency=doomed)
    return actor_of_member(membership, agency=snapshot_of(doomed), via=Via.BROWSER)


@pytest.fixture
def filled(doomed: Agency, doomed_actor: Actor, client_for: ClientFor) -> World:
    """Everything that an agency may have: sites, people, files, sessions, an archive."""
    find_engine("fake").reset()
    world = build_world(doomed, actor=doomed_actor)
    default_storage.save(f"agencies/{doomed.schema_name}/brand/x.svg", ContentFile(b"<svg/>"))
    owner = User.objects.get(email="wanda@zq9doomed.test")
    client_for(owner, agency=doomed).get("/")
    client_for(world.contact.user, agency=doomed, portal=PortalName.CUSTOMER).get("/")
    issue_tokens(owner, actor=doomed_actor)
    return world


@pytest.fixture
def full_closure(filled: World, doomed: Agency, doomed_actor: Actor) -> Closure:
    """The end of an agency that has everything, its grace over."""
    return _close(doomed, actor=doomed_actor)


@pytest.fixture
def closure(doomed: Agency, doomed_actor: Actor) -> Closure:
    """The end of an agency with one site, its grace over."""
    find_engine("fake").reset()
    with agency_scope(doomed):
        site = create_site(
            actor=doomed_actor,
            customer=CustomerFactory(),
            name="zq9doomed",
            title="zq9doomed",
            admin_email="a@zq9doomed.test",
        )
    run_operation(site.operation)
    return _close(doomed, actor=doomed_actor)


def _close(agency: Agency, *, actor: Actor) -> Closure:
    at = timezone.now() - timedelta(days=31)
    return begin_closing(agency, actor=actor, typed_name=agency.name, at=at)


def _work() -> None:
    """Do what workers do meanwhile: operations of sites, and mails."""
    for operation in Operation.objects.filter(state__in=["PENDING", "RUNNING"]):
        run_operation(operation.public_id)
    MailMessage.objects.update(state=MailState.SENT)


def _end(closure: Closure) -> int:
    """Carry it out to the end; return how many rounds it took."""
    at = timezone.now()
    for round_ in range(1, MOST_ROUNDS):
        again = proceed_with_closing(closure.public_id, at=at)
        if again is None:
            return round_
        _work()
        at = again
    raise AssertionError("it never ends")


def _search(*words: str) -> Iterator[str]:
    """Yield the public tables and schemas in which one of some words stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            for word in words:
                cursor.execute(
                    f'SELECT count(*) FROM public."{table}" t WHERE t::text ILIKE %s', [f"%{word}%"]
                )
                if cursor.fetchone()[0]:
                    yield table
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [list(words)])
        yield from (row[0] for row in cursor.fetchall())


KEPT = {"tenants_closure", "kernel_activityentry"}


def test_no_trace_remains_but_what_is_kept_on_purpose(
    doomed: Agency, full_closure: Closure, other_agency: Agency
) -> None:
    schema, public_id, pk = doomed.schema_name, doomed.public_id, doomed.pk

    _end(full_closure)

    full_closure.refresh_from_db()
    assert set(_search("zq9doomed", "zq7secret", schema, public_id)) == KEPT
    assert not Closure.objects.filter(agency_id=pk).exists()
    assert (full_closure.state, full_closure.people, full_closure.schema_name) == (
        ClosureState.DONE,
        [],
        "",
    )
    assert [account["tier"] for account in full_closure.accounts] == ["STANDARD"]
    assert not default_storage.exists(f"agencies/{schema}")
    assert not folder_of_exports(schema).exists()
    lines = ActivityEntry.objects.filter(subject_public_id=public_id)
    assert list(lines.values_list("event", flat=True)) == ["tenants.agency.deleted"]
    with agency_scope(other_agency):
        assert ActivityEntry.objects.exists()


def test_others_keep_everything(
    doomed: Agency,
    closure: Closure,
    other_agency: Agency,
    agency: Agency,
    owner: User,
    client_for: ClientFor,
) -> None:
    """Who also works elsewhere, or is a contact elsewhere, keeps the account."""
    both = MembershipFactory(agency=doomed, role=Role.ADMIN).user
    MembershipFactory(agency=other_agency, user=both)
    elsewhere = MembershipFactory(agency=doomed, role=Role.ADMIN).user
    with agency_scope(agency):
        ContactFactory(customer=CustomerFactory(), user=elsewhere, active=True)
    staff = MembershipFactory(agency=doomed, user__is_staff=True).user
    client_for(owner).get("/")
    before = {one.pk: (one.email, one.is_active) for one in (both, elsewhere, staff)}
    sessions = Session.objects.count()

    _end(closure)

    after = {one.pk: (one.email, one.is_active) for one in User.objects.filter(pk__in=before)}
    assert after == before
    assert Agency.objects.filter(pk__in=(agency.pk, other_agency.pk)).count() == 2
    assert Session.objects.count() == sessions


def test_who_has_no_place_left_is_erased(doomed: Agency, closure: Closure) -> None:
    user = User.objects.get(email="wanda@zq9doomed.test")

    _end(closure)

    user.refresh_from_db()
    assert user.email == f"{user.public_id}@erased.invalid"
    assert (user.full_name, user.is_active, user.has_usable_password()) == ("", False, False)


def test_the_last_mail_goes_out_before_its_reader_is_forgotten(
    doomed: Agency, closure: Closure
) -> None:
    at = timezone.now()
    while Agency.objects.filter(pk=doomed.pk).exists():
        _work()
        at = proceed_with_closing(closure.public_id, at=at) or at

    waiting = proceed_with_closing(closure.public_id, at=at)

    last = MailMessage.objects.filter(recipient="wanda@zq9doomed.test").latest("pk")
    assert waiting == at + ending.LOOK_AGAIN
    assert (last.state, last.agency_id) == (MailState.QUEUED, None)
    assert "http" not in last.text


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_after_a_step_is_followed_by_another(
    monkeypatch, closure: Closure, step: str
) -> None:
    real = closing._finish_step

    def die(row: Closure, name: str) -> None:
        if name == step:
            raise KeyboardInterrupt
        real(row, name)

    monkeypatch.setattr(closing, "_finish_step", die)
    with pytest.raises(KeyboardInterrupt):
        _end(closure)
    monkeypatch.setattr(closing, "_finish_step", real)

    _end(closure)

    closure.refresh_from_db()
    assert closure.state == ClosureState.DONE
    assert set(_search("zq9doomed")) == KEPT


def test_a_kill_within_the_tables_leaves_them_whole(
    monkeypatch, doomed: Agency, closure: Closure
) -> None:
    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ending, "_forget_notices", die)
    with pytest.raises(KeyboardInterrupt):
        _end(closure)

    closure.refresh_from_db()
    assert closure.step == "data"
    assert Agency.objects.filter(pk=doomed.pk).exists()
    with agency_scope(doomed):
        assert ActivityEntry.objects.exists()


def test_sites_go_through_their_engine(doomed: Agency, closure: Closure) -> None:
    at = timezone.now()

    again = proceed_with_closing(closure.public_id, at=at)
    with agency_scope(doomed):
        before = set(Site.objects.values_list("state", flat=True))
    _work()
    with agency_scope(doomed):
        after = set(Site.objects.values_list("state", flat=True))

    assert again == at + sites_ending.SOON
    assert (before, after) == ({SiteState.DELETING}, {SiteState.DELETED})


def test_a_site_that_cannot_be_deleted_waits_before_the_next_attempt(
    doomed: Agency, closure: Closure
) -> None:
    with agency_scope(doomed):
        Site.objects.update(
            state=SiteState.DELETING, error={"code": "x"}, updated_at=timezone.now()
        )
    Operation.objects.filter(agency=doomed).update(state="DONE")
    at = timezone.now()

    with pytest.raises(sites_ending.SitesRemain, match="site_"):
        proceed_with_closing(closure.public_id, at=at)
    later = proceed_with_closing(closure.public_id, at=at + sites_ending.LATER * 2)

    assert later == at + sites_ending.LATER * 2 + sites_ending.SOON


def test_the_address_stays_taken_for_a_while(closure: Closure) -> None:
    _end(closure)

    with pytest.raises(SlugTaken):
        require_free_slug("zq9doomed")
    Closure.objects.update(slug_free_at=timezone.now())
    assert require_free_slug("zq9doomed") == "zq9doomed"


def test_busy_tables_are_tried_again(monkeypatch, doomed: Agency, closure: Closure) -> None:
    def wait(*_args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$")

    monkeypatch.setattr(ending, "_forget_notices", wait)

    with pytest.raises((Busy, Conflict)):
        _end(closure)

    assert Agency.objects.filter(pk=doomed.pk).exists()


def test_another_failure_of_the_database_is_told(monkeypatch, closure: Closure) -> None:
    def break_(*_args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE SQLSTATE '57P01'; END $$")

    monkeypatch.setattr(ending, "_forget_notices", break_)

    with pytest.raises(Exception, match=r"57P01|unhandled|terminating") as caught:
        _end(closure)

    assert not isinstance(caught.value, Busy)


def test_mails_about_another_agency_of_the_owner_stay(
    doomed: Agency, closure: Closure, doomed_actor: Actor
) -> None:
    owner = User.objects.get(email="wanda@zq9doomed.test")
    twin = create_agency(
        name="Zq9doomed Studio Due", slug="due", tier=Tier.STANDARD, owner=owner, via=Via.COMMAND
    )
    letter = Letter(subject="Zq9doomed Studio Due is paused", text="…")
    for about in (doomed, twin):
        queue_mail(letter, recipient=owner.email, agency=None, about=about)

    _end(closure)

    kept = MailMessage.objects.filter(about__isnull=False)
    assert list(kept.values_list("about_id", flat=True)) == [twin.pk]


def test_the_address_is_not_free_while_its_agency_is_being_deleted(
    doomed: Agency, closure: Closure
) -> None:
    at = timezone.now()
    while Agency.objects.filter(pk=doomed.pk).exists():
        _work()
        at = proceed_with_closing(closure.public_id, at=at) or at

    with pytest.raises(SlugTaken):
        require_free_slug("zq9doomed")


def test_a_person_whom_staff_shut_out_is_erased_too(doomed: Agency, closure: Closure) -> None:
    out = MembershipFactory(agency=doomed, user__email="out@zq9doomed.test").user
    User.objects.filter(pk=out.pk).update(is_active=False)

    _end(closure)

    out.refresh_from_db()
    assert out.email.endswith("@erased.invalid")
