"""Builds the demo world through the services; what exists already is left as it is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import get_hasher

from hosting.models import Site
from hosting.services.creation import create_site
from portals.demo.bookings import build_location
from portals.demo.numbers import make_vat_number, pick_sdi_code
from portals.demo.packages import build_package
from portals.demo.people import DemoAgency, DemoCustomer, DemoPerson
from spotex.kernel.actor import Actor, Via
from spotex.kernel.events import on
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.customers.events import ContactInvited
from tenants.customers.models import Contact, Customer
from tenants.customers.services.contacts import accept_contact_invitation, invite_contact
from tenants.customers.services.customers import create_customer
from tenants.events import MemberInvited
from tenants.hosts import snapshot_of
from tenants.models import Agency, Invitation, Membership
from tenants.selectors import find_user
from tenants.services.accounts import mark_email_verified
from tenants.services.agencies import register_agency
from tenants.services.branding import change_branding
from tenants.services.members import accept_member_invitation, invite_member
from tenants.services.plans import ensure_plans
from tenants.services.staff import register_staff

PASSWORD: Final = "benvenuti-demo"  # noqa: S105  shown on the terminal; refused in production
STAFF_NAME: Final = "Sofia Amato"
STAFF_EMAIL: Final = "staff@spotexsrl.com"

_tokens: dict[str, str] = {}


@on(MemberInvited)
def _note_member_token(event: MemberInvited) -> None:
    """Keep the link's secret, which otherwise goes into the mail only."""
    _tokens[event.email] = event.token


@on(ContactInvited)
def _note_contact_token(event: ContactInvited) -> None:
    """Keep the link's secret, which otherwise goes into the mail only."""
    _tokens[event.email] = event.token


_CHEAP: Final = {"time_cost": 1, "memory_cost": 1_024, "parallelism": 1}


@contextmanager
def _cheap_hashes() -> Iterator[None]:
    """Hash quickly: this password is no secret, and a log-in replaces the hash by a strong one."""
    hasher = get_hasher()
    kept = {name: getattr(hasher, name) for name in _CHEAP if hasattr(hasher, name)}
    vars(hasher).update({name: _CHEAP[name] for name in kept})
    try:
        yield
    finally:
        for name in kept:
            delattr(hasher, name)


class DemoBuilder:
    """One run over one world."""

    def __init__(self, *, seed: int, with_sites: bool, at: datetime) -> None:
        self._seed = seed
        self._with_sites = with_sites
        self._at = at
        self.made: dict[str, int] = {
            "agencies": 0,
            "customers": 0,
            "people": 0,
            "sites": 0,
            "locations": 0,
        }

    def build(self, world: Sequence[DemoAgency]) -> None:
        """Create everything of the world that is missing."""
        ensure_plans()
        with _cheap_hashes():
            if find_user(STAFF_EMAIL) is None:
                register_staff(email=STAFF_EMAIL, password=PASSWORD, full_name=STAFF_NAME)
                self.made["people"] += 1
            for plan in world:
                self._build_agency(plan)

    def _build_agency(self, plan: DemoAgency) -> None:
        agency = Agency.objects.select_related("plan").filter(slug=plan.slug).first()
        if agency is None:
            agency = self._register(plan)
        owner = Membership.objects.select_related("user").filter(
            agency=agency,
            user__email=plan.owner.email,
        )
        actor = actor_of_member(owner.get(), agency=snapshot_of(agency), via=Via.COMMAND)
        with agency_scope(agency):
            for person in plan.members:
                self._add_member(person, agency=agency, actor=actor)
            for company in plan.customers:
                self._build_customer(company, agency=agency, actor=actor)
            for place in plan.places:
                self.made["locations"] += build_location(place, actor=actor, at=self._at)
            for package in plan.packages:
                build_package(package, actor=actor, at=self._at)

    def _register(self, plan: DemoAgency) -> Agency:
        agency, user = register_agency(
            email=plan.owner.email,
            password=PASSWORD,
            full_name=plan.owner.full_name,
            agency_name=plan.name,
            agency_slug=plan.slug,
            tier=plan.tier,
            language=plan.language,
            via=Via.COMMAND,
        )
        mark_email_verified(user)
        self.made["agencies"] += 1
        self.made["people"] += 1
        membership = Membership.objects.select_related("user").get(user=user, agency=agency)
        actor = actor_of_member(membership, agency=snapshot_of(agency), via=Via.COMMAND)
        with agency_scope(agency):
            return change_branding(agency, actor=actor, changes=plan.brand, logo=plan.logo)

    def _add_member(self, person: DemoPerson, *, agency: Agency, actor: Actor) -> None:
        is_known = (
            Membership.objects.filter(agency=agency, user__email=person.email).exists()
            or Invitation.objects.filter(agency=agency, email=person.email).exists()
        )
        if is_known:
            return
        invite_member(
            actor=actor,
            email=person.email,
            full_name=person.full_name,
            role=person.role,
            at=self._at,
        )
        self.made["people"] += 1
        if not person.invited:
            accept_member_invitation(
                _tokens.pop(person.email),
                agency=snapshot_of(agency),
                at=self._at,
                password=PASSWORD,
                via=Via.COMMAND,
            )

    def _build_customer(self, company: DemoCustomer, *, agency: Agency, actor: Actor) -> None:
        customer = Customer.objects.filter(name=company.name).first()
        if customer is None:
            customer = self._create_customer(company, actor=actor)
        for person in company.people:
            self._add_contact(person, customer=customer, agency=agency, actor=actor)
        if self._with_sites:
            self._add_sites(company, customer=customer, actor=actor)

    def _create_customer(self, company: DemoCustomer, *, actor: Actor) -> Customer:
        dice = random.Random(f"{self._seed}:{company.domain}")  # noqa: S311  demo data
        self.made["customers"] += 1
        return create_customer(
            actor=actor,
            name=company.name,
            email=f"info@{company.domain}",
            vat_number=make_vat_number(dice, province=company.province),
            sdi_code=pick_sdi_code(dice),
            pec=f"amministrazione@pec.{company.domain}",
            language=company.language,
            notes=company.notes,
        )

    def _add_contact(
        self,
        person: DemoPerson,
        *,
        customer: Customer,
        agency: Agency,
        actor: Actor,
    ) -> None:
        if Contact.objects.filter(customer=customer, email=person.email).exists():
            return
        invite_contact(
            customer,
            actor=actor,
            email=person.email,
            full_name=person.full_name,
            role=person.role,
            at=self._at,
        )
        self.made["people"] += 1
        if not person.invited:
            accept_contact_invitation(
                _tokens.pop(person.email),
                agency=snapshot_of(agency),
                at=self._at,
                password=PASSWORD,
                via=Via.COMMAND,
            )

    def _add_sites(self, company: DemoCustomer, *, customer: Customer, actor: Actor) -> None:
        for site in company.sites:
            if Site.objects.filter(customer=customer, name=site.name).exists():
                continue
            create_site(
                actor=actor,
                customer=customer,
                name=site.name,
                title=site.title,
                admin_email=company.people[0].email,
                language=site.language,
            )
            self.made["sites"] += 1
