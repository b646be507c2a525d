"""The cast and the stage of all tests.

Two agencies are made once for each test process, through the same service as in the product;
every test then runs in a transaction that is rolled back. The cast is fixed, so that a test about
access reads like a sentence: owner, colleague and viewer of an agency, a contact of one of its
customers, a stranger, and the owner of another agency.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from portals.middleware.language import LANGUAGE_COOKIE
from portals.middleware.sessions import BINDING
from portals.shared.devices import SEEN
from spotex.kernel.actor import Actor, Via
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope, enter_schema
from tenants import hosts
from tenants.access import actor_of_member
from tenants.customers.access import actor_of_contact
from tenants.customers.models import Contact, Customer
from tenants.hosts import host_of, snapshot_of
from tenants.models import Agency, Membership, User
from tenants.services.accounts import mark_email_verified
from tenants.services.agencies import create_agency
from tenants.states import PortalName, Role, Tier

PASSWORD = "correct-horse-9-battery"

# Whether a test passes must not depend on how busy the machine is, nor on luck.
hypothesis_settings.register_profile(
    "spotex",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("spotex")


class SharedPartsScheduling(LoadScopeScheduling):
    """Tests that share a running product, platform or engine stay in one process, one after another."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        for part in ("/journeys/", "/certificates/", "docker"):
            if part in nodeid:
                return part
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedPartsScheduling:
    """Let each process start a costly part once at most."""
    return SharedPartsScheduling(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """Make the two agencies in the fresh test database."""
    with django_db_blocker.unblock():
        _make_agencies()
        connection.close()


def _make_agencies() -> None:
    _find_or_create_agency("acme", name="Studio Acme")
    _find_or_create_agency("beta", name="Beta Digital")


def _find_or_create_agency(slug: str, *, name: str) -> Agency:
    agency = Agency.objects.select_related("plan").filter(slug=slug).first()
    if agency is not None:
        return agency
    owner = _find_or_create_user(f"owner@{slug}.test", full_name=f"Olga {name}")
    return create_agency(name=name, slug=slug, tier=Tier.STANDARD, owner=owner, via=Via.COMMAND)


def _find_or_create_user(email: str, *, full_name: str) -> User:
    user = get_user_model().objects.filter(email=email).first()
    if user is None:
        user = get_user_model().objects.create_user(email, PASSWORD, full_name=full_name)
        mark_email_verified(user)
    return user


def _wipe_database(_test_case: TransactionTestCase) -> None:
    """Undo a test that committed: Django's own flush cannot, agencies' rows point to users."""
    enter_schema(PUBLIC_SCHEMA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(a|spare)_'")
        for (schema,) in cursor.fetchall():
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
        tables = set(connection.introspection.django_table_names(only_existing=True)) - _KEPT
        names = ", ".join(f'public."{table}"' for table in tables if not _is_tenant_table(table))
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    _make_agencies()


_KEPT = {"tenants_plan", "tenants_schemablueprint", "django_content_type", "auth_permission"}


def _is_tenant_table(table: str) -> bool:
    labels = {app.rsplit(".", 1)[-1] for app in settings.TENANT_APPS} - {"kernel"}
    return table.split("_", 1)[0] in labels


TransactionTestCase._fixture_teardown = _wipe_database


@pytest.fixture(autouse=True)
def _clean_stage() -> Iterator[None]:
    """Begin and end in the public schema, in English, with nothing remembered."""
    for alias in caches:
        caches[alias].clear()
    hosts._memory.clear()
    with translation.override("en"):
        yield
    if connection.connection is not None and not connection.connection.closed:
        enter_schema(PUBLIC_SCHEMA)


@pytest.fixture
def agency(db: None) -> Agency:
    """The agency that most tests are about."""
    return _find_or_create_agency("acme", name="Studio Acme")


@pytest.fixture
def other_agency(db: None) -> Agency:
    """An agency that must never see the first one's data."""
    return _find_or_create_agency("beta", name="Beta Digital")


@pytest.fixture
def owner(agency: Agency) -> User:
    """Owner of the agency."""
    return User.objects.get(email="owner@acme.test")


@pytest.fixture
def other_owner(other_agency: Agency) -> User:
    """Owner of the other agency."""
    return User.objects.get(email="owner@beta.test")


def _join(agency: Agency, email: str, *, role: Role, full_name: str) -> User:
    user = _find_or_create_user(email, full_name=full_name)
    Membership.objects.get_or_create(user=user, agency=agency, defaults={"role": role})
    return user


@pytest.fixture
def colleague(agency: Agency) -> User:
    """A member of the agency who works with customers and sites."""
    return _join(agency, "colleague@acme.test", role=Role.MEMBER, full_name="Carlo Collega")


@pytest.fixture
def viewer(agency: Agency) -> User:
    """A member of the agency who may only look."""
    return _join(agency, "viewer@acme.test", role=Role.VIEWER, full_name="Vera Vede")


@pytest.fixture
def stranger(db: None) -> User:
    """A person with an account and no role anywhere."""
    return _find_or_create_user("stranger@nowhere.test", full_name="Sandro Straniero")


def _member_actor(user: User, agency: Agency) -> Actor:
    membership = Membership.objects.select_related("user").get(user=user, agency=agency)
    return actor_of_member(membership, agency=snapshot_of(agency), via=Via.BROWSER)


@pytest.fixture
def owner_actor(owner: User, agency: Agency) -> Actor:
    """The owner, acting in the agency portal."""
    return _member_actor(owner, agency)


@pytest.fixture
def colleague_actor(colleague: User, agency: Agency) -> Actor:
    """The colleague, acting in the agency portal."""
    return _member_actor(colleague, agency)


@pytest.fixture
def viewer_actor(viewer: User, agency: Agency) -> Actor:
    """The viewer, acting in the agency portal."""
    return _member_actor(viewer, agency)


@pytest.fixture
def other_actor(other_owner: User, other_agency: Agency) -> Actor:
    """The other agency's owner, acting in the other agency's portal."""
    return _member_actor(other_owner, other_agency)


@pytest.fixture
def in_agency(agency: Agency) -> Iterator[Agency]:
    """Run the test inside the agency's schema."""
    with agency_scope(agency):
        yield agency


@pytest.fixture
def customer(agency: Agency) -> Customer:
    """A customer of the agency."""
    with agency_scope(agency):
        return Customer.objects.create(name="Trattoria da Gino", email="gino@trattoria.test")


@pytest.fixture
def other_customer(agency: Agency) -> Customer:
    """Another customer of the same agency."""
    with agency_scope(agency):
        return Customer.objects.create(name="Palestra Vigor", email="info@vigor.test")


@pytest.fixture
def contact(agency: Agency, customer: Customer) -> Contact:
    """An active person of the customer, who administers it."""
    user = _find_or_create_user("gino@trattoria.test", full_name="Gino Bianchi")
    with agency_scope(agency):
        return Contact.objects.create(
            customer=customer,
            user=user,
            email=user.email,
            full_name=user.full_name,
            role="ADMIN",
            state="ACTIVE",
        )


@pytest.fixture
def contact_actor(contact: Contact, agency: Agency) -> Actor:
    """The contact, acting in the customer portal."""
    return actor_of_contact(contact, agency=snapshot_of(agency), via=Via.BROWSER)


ClientFor = Callable[..., Client]


@pytest.fixture
def client_for(agency: Agency) -> ClientFor:
    """Return ``client_for(user, portal=…, agency=…)``: a browser, signed in on the right host.

    Without a user the browser is signed out. The host can be overridden in a request as usual.
    """
    default_agency = agency

    def make(
        user: User | None = None,
        *,
        portal: PortalName = PortalName.AGENCY,
        agency: Agency | None = None,
    ) -> Client:
        chosen = agency or default_agency
        client = Client(
            HTTP_HOST=host_of(chosen.slug, portal),
            headers={"accept-language": "en"},
        )
        client.cookies[LANGUAGE_COOKIE] = "en"  # stronger than the agency's language
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.session
            session[BINDING] = f"{portal}:{chosen.public_id}"
            mark_fresh(session, user=user)
            session[SEEN] = int(time.time())
            session.save()
        return client

    return make


def mark_fresh(session: SessionBase, *, user: User) -> None:
    """Note in a session that its person has just proved to be it, as the sign-in page does."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)


@pytest.fixture
def public_client(db: None) -> Client:
    """A signed-out browser on the public site."""
    return Client(HTTP_HOST="www.localhost", headers={"accept-language": "en"})
