"""What could leak: one customer of the first agency, with everything, under a planted word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from booking.models import (
    Block,
    Credit,
    Equipment,
    Feed,
    Hold,
    Location,
    OpeningException,
    OutsideCalendar,
    OutsideEvent,
    Package,
    Reservation,
    Space,
    SpacePhoto,
    Voucher,
    WidgetSite,
    Wish,
)
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.services import clone_site, create_site
from hosting.states import SiteState
from portals.shared.devices import Place, note_session
from portals.tests.isolation.places import plant_places
from spotex.kernel.actor import Actor
from spotex.kernel.limits import UNLIMITED
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from spotex.kernel.versions import version_of
from tenants.billing.models import Payment, Refund
from tenants.customers.models import Contact, Customer, CustomerImport, Incident, SavedView
from tenants.customers.states import IncidentImpact, IncidentState, ListName
from tenants.customers.tests.factories import ContactFactory, CustomerFactory
from tenants.models import (
    Agency,
    ApiKey,
    Domain,
    Export,
    Impersonation,
    Invitation,
    Membership,
    Plan,
    Subscription,
    User,
)
from tenants.services.exports import keep_export, request_export
from tenants.states import PortalName, Role
from tenants.tests.factories import (
    ApiKeyFactory,
    ImpersonationFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)

SECRET = "zq7secret"
"""Part of every name, address and note of the customer that others must not see."""

SITE_ERROR = {
    "code": "not_answering",
    "step": "probe",
    "cause": f"{SECRET} does not answer",
    "remedy": "Try again",
    "who": "SUPPORT",
    "retry_safe": True,
}

OWN_DEVICES = {
    "owner_device": f"ses_{'1' * 26}",
    "contact_device": f"ses_{'2' * 26}",
}


@dataclass(frozen=True, kw_only=True)
class World:
    """The planted objects, by the state in which an address needs them."""

    agency: Agency
    customer: Customer
    archived: Customer
    contact: Contact
    invited: Contact
    member: Membership
    invitation: Invitation
    domain: Domain
    api_key: ApiKey
    support: Impersonation
    active: Site
    broken: Site
    paused: Site
    starting: Site
    original: Site
    copy: Site
    line: ActivityEntry
    view: SavedView
    own_view: SavedView
    export: Export
    upload: CustomerImport
    incident: Incident
    location: Location
    empty_location: Location
    space: Space
    spare_space: Space
    voucher: Voucher
    equipment: Equipment
    package: Package
    credit: Credit
    hold: Hold
    reservation: Reservation
    begun: Reservation
    begun_later: str
    asked: Reservation
    arrived: Reservation
    missed: Reservation
    unpaid: Reservation
    payment: Payment
    paid: Payment
    transfer: Payment
    transfer_back: Refund
    slot: str
    stay_start: str
    stay_end: str
    block: Block
    days_off: OpeningException
    feed: Feed
    own_feed: Feed
    outside: OutsideCalendar
    conflict: OutsideEvent
    widget_site: WidgetSite
    photo: SpacePhoto
    tomorrow: str
    wish: Wish
    taken_start: str
    taken_end: str

    def find_id(self, word: str) -> str:
        """Return the public id that a word of a case stands for."""
        if word in OWN_DEVICES:
            return OWN_DEVICES[word]
        if word == "operation":
            return self.active.operation
        if word == "person":
            return str(self.contact.user and self.contact.user.public_id)
        if word.endswith("_version"):
            return str(version_of(getattr(self, word.removesuffix("_version"))))
        if word == "waiting":
            return self.starting.operation
        found = getattr(self, word)
        return found if isinstance(found, str) else str(found.public_id)


def build_world(agency: Agency, *, actor: Actor) -> World:
    """Plant everything in an agency."""
    Subscription.objects.filter(agency=agency, ended_at=None).update(next_tier="STARTER")
    far = timezone.now() + timedelta(days=7)
    secret_user = UserFactory(email=f"member@{SECRET}.test", full_name=f"Mara {SECRET}")
    Plan.objects.filter(pk=agency.plan_id).update(custom_domains=10)
    Plan.objects.update(api_requests_per_minute=UNLIMITED)  # a walk is long
    _sign_in(actor.user_id, "owner_device")
    with agency_scope(agency):
        customer = CustomerFactory(
            name=f"Trattoria {SECRET}",
            email=f"info@{SECRET}.test",
            notes=f"note {SECRET}",
        )
        original = _make_site(customer, actor=actor, state=SiteState.ACTIVE)
        contact = ContactFactory(
            customer=customer,
            active=True,
            user__email=f"contact@{SECRET}.test",
            user__full_name=f"Corrado {SECRET}",
        )
        places = plant_places(contact, agency=agency, actor=actor, word=SECRET, at=timezone.now())
        world = World(
            agency=agency,
            customer=customer,
            archived=CustomerFactory(name=f"Vecchia {SECRET}", state="ARCHIVED"),
            contact=contact,
            invited=ContactFactory(
                customer=customer,
                email=f"invited@{SECRET}.test",
                full_name=f"Ida {SECRET}",
                expires_at=far,
            ),
            member=MembershipFactory(agency=agency, user=secret_user, role=Role.MEMBER),
            invitation=InvitationFactory(
                agency=agency,
                email=f"future@{SECRET}.test",
                full_name=f"Franca {SECRET}",
                expires_at=far,
            ),
            domain=Domain.objects.create(
                domain=f"{SECRET}.test", tenant=agency, portal=PortalName.CUSTOMER
            ),
            api_key=ApiKeyFactory(agency=agency, name=f"Programma {SECRET}"),
            support=ImpersonationFactory(
                agency=agency,
                person=secret_user,
                reason=f"ticket {SECRET}",
                opened_at=timezone.now(),
            ),
            active=_make_site(customer, actor=actor, state=SiteState.ACTIVE),
            broken=_make_site(customer, actor=actor, state=SiteState.ERROR),
            paused=_make_site(customer, actor=actor, state=SiteState.SUSPENDED),
            starting=_create_site(customer, actor=actor, state=SiteState.DEPLOYING),
            original=original,
            copy=_copy_site(original, actor=actor),
            view=_save_view(owner=secret_user),
            own_view=_save_view(owner=secret_user, customer=customer),
            export=_make_export(agency, actor=actor),
            upload=_upload(owner=secret_user),
            incident=_end_incident(),
            line=ActivityEntry.objects.filter(subject_public_id=original.public_id)[0],
            **vars(places),
        )
    _sign_in(world.contact.user_id, "contact_device")
    for user in (secret_user, world.contact.user):
        TOTP.activate(user, generate_totp_secret())
    return world


def _sign_in(user_id: int | None, word: str) -> None:
    note_session(
        User.objects.get(pk=user_id),
        key=OWN_DEVICES[word],
        public_id=OWN_DEVICES[word],
        place=Place(address="192.0.2.1", agent="curl/8", portal="agency"),
        at=timezone.now(),
    )


def _upload(*, owner: User) -> CustomerImport:
    return CustomerImport.objects.create(
        asker=owner,
        file_name=f"{SECRET}.csv",
        content=f"name,email\nBar {SECRET},bar@{SECRET}.test\nx,y\n".encode(),
        encoding="utf-8",
        delimiter=",",
        columns={"name": 0, "email": 1},
        lines=2,
    )


def _end_incident() -> Incident:
    """Make one that is over: an open one is told to every customer."""
    now = timezone.now()
    incident = Incident.objects.create(
        title=f"Guasto {SECRET}",
        impact=IncidentImpact.MAJOR,
        state=IncidentState.RESOLVED,
        began_at=now - timedelta(hours=1),
        ended_at=now,
    )
    incident.updates.create(state=IncidentState.RESOLVED, message="A posto.", written_at=now)
    return incident


def _save_view(*, owner: User, customer: Customer | None = None) -> SavedView:
    return SavedView.objects.create(
        owner=owner,
        customer=customer,
        list_name=ListName.SITES,
        name=f"Vista {SECRET}",
        query={"search": SECRET},
        is_shared=True,
    )


def _make_site(customer: Customer, *, actor: Actor, state: str) -> Site:
    site = _create_site(customer, actor=actor, state=state)
    run_operation(site.operation)
    site.refresh_from_db()
    site.state = state
    site.error = SITE_ERROR if state == SiteState.ERROR else None
    site.save()
    return site


def _copy_site(original: Site, *, actor: Actor) -> Site:
    copy = clone_site(original, actor=actor)
    run_operation(copy.operation)
    Site.objects.filter(pk=original.pk).update(pushed_copy="op_1")
    copy.refresh_from_db()
    return copy


def _make_export(agency: Agency, *, actor: Actor) -> Export:
    export = request_export(agency, actor=actor, at=timezone.now())
    keep_export(export.public_id, at=timezone.now())
    export.refresh_from_db()
    return export


def _create_site(customer: Customer, *, actor: Actor, state: str) -> Site:
    return create_site(
        actor=actor,
        customer=customer,
        name=f"{SECRET} {state}",
        title=f"Titolo {SECRET}",
        admin_email=f"admin@{SECRET}.test",
    )
