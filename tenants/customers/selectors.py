"""Shared reads of customers and contacts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from psycopg import sql

from spotex.kernel.actor import Actor
from tenants.customers.models import (
    Contact,
    Customer,
    CustomerImport,
    DefaultView,
    Incident,
    IncidentUpdate,
    SavedView,
)
from tenants.customers.states import ContactState, CustomerState
from tenants.models import Agency, Membership, User
from tenants.permissions import Permission

SCHEMAS_AT_ONCE: Final = 100
INCIDENTS_SHOWN: Final = timedelta(days=90)
"""How long an incident stays on the status page when it is over."""

_CONTACTS: Final = Contact._meta.db_table  # noqa: SLF001  Django's documented name
_EXISTING: Final = "SELECT schemaname FROM pg_tables WHERE tablename = %s AND schemaname = ANY(%s)"


def list_customers_for(actor: Actor) -> QuerySet[Customer]:
    """List what the actor sees: all of the agency's customers, or the contact's own."""
    if actor.agency_id is None or not actor.can(Permission.CUSTOMER_VIEW):
        return Customer.objects.none()
    customers = Customer.objects.order_by("name", "pk")
    if actor.customer_id is not None:
        return customers.filter(pk=actor.customer_id)
    return customers


def search_customers(customers: QuerySet[Customer], *, text: str) -> QuerySet[Customer]:
    """Narrow a list to names, addresses and VAT numbers that contain the text."""
    if not text:
        return customers
    return customers.filter(
        Q(name__icontains=text) | Q(email__icontains=text) | Q(vat_number__icontains=text),
    )


def list_contacts_for(actor: Actor, *, customer: Customer) -> QuerySet[Contact]:
    """List the people of a customer that the actor sees."""
    if not actor.can(Permission.CONTACT_VIEW):
        return Contact.objects.none()
    return (
        Contact.objects.filter(customer=customer, customer__in=list_customers_for(actor))
        .exclude(state=ContactState.REMOVED)
        .order_by("full_name", "pk")
    )


def list_all_contacts_for(actor: Actor) -> QuerySet[Contact]:
    """List the people of every customer that the actor sees."""
    if not actor.can(Permission.CONTACT_VIEW):
        return Contact.objects.none()
    return (
        Contact.objects.filter(customer__in=list_customers_for(actor))
        .exclude(state=ContactState.REMOVED)
        .select_related("customer")
        .order_by("full_name", "pk")
    )


def list_contacts_of_user(user_id: int) -> QuerySet[Contact]:
    """List the customers of the current agency in which a person is active."""
    return (
        Contact.objects.filter(
            user_id=user_id,
            user__is_active=True,
            state=ContactState.ACTIVE,
            customer__state=CustomerState.ACTIVE,
        )
        .select_related("customer", "user")
        .order_by("customer__name", "pk")
    )


def list_active_contacts(*, email: str = "", public_id: str = "") -> QuerySet[Contact]:
    """List the people of customers who can sign in, by address or by id; for staff."""
    contacts = Contact.objects.filter(
        state=ContactState.ACTIVE,
        customer__state=CustomerState.ACTIVE,
        user__is_active=True,
    ).select_related("customer", "user")
    if public_id:
        return contacts.filter(public_id=public_id)
    return contacts.filter(user__email=email.strip().lower()).order_by("customer__name", "pk")


def list_agencies_of_contact(user_id: int) -> list[Agency]:
    """List the agencies in which the person belongs to a customer.

    Rare and not cheap: it asks every agency's schema, a hundred in each statement. A schema that
    is not there any more is left out.
    """
    agencies = list(Agency.objects.select_related("plan").order_by("name", "pk"))
    found: list[Agency] = []
    with connection.cursor() as cursor:
        for first in range(0, len(agencies), SCHEMAS_AT_ONCE):
            asked = {one.schema_name: one for one in agencies[first : first + SCHEMAS_AT_ONCE]}
            cursor.execute(_EXISTING, [_CONTACTS, list(asked)])
            existing = [schema for (schema,) in cursor.fetchall()]
            if existing:
                cursor.execute(_ask_schemas(existing, user_id=user_id))
                seen = {schema for (schema,) in cursor.fetchall()}
                found += [one for schema, one in asked.items() if schema in seen]
    return found


def _ask_schemas(schemas: list[str], *, user_id: int) -> sql.Composed:
    return sql.SQL(" UNION ").join(
        sql.SQL("SELECT {} FROM {} WHERE user_id = {} AND state = {}").format(
            sql.Literal(schema),
            sql.Identifier(schema, _CONTACTS),
            sql.Literal(user_id),
            sql.Literal(str(ContactState.ACTIVE)),
        )
        for schema in schemas
    )


def is_contact_elsewhere(user_id: int, *, agency_id: int) -> bool:
    """Tell whether the person can log in at a customer of any other agency."""
    return any(agency.pk != agency_id for agency in list_agencies_of_contact(user_id))


def count_customers() -> int:
    """Count the customers that fill the plan's limit: those not archived."""
    return Customer.objects.filter(state=CustomerState.ACTIVE).count()


def with_contact_count(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Add ``contact_count``, the people who can log in or are invited."""
    return customers.annotate(
        contact_count=Count("contacts", filter=~Q(contacts__state=ContactState.REMOVED)),
    )


def list_people_for(actor: Actor) -> QuerySet[User]:
    """List the people that the actor sees, with ``member_role``: what they are in the agency.

    People of customers for who sees contacts, members of the agency for its own people, and
    always oneself.
    """
    if actor.agency_id is None:
        return User.objects.none()
    contacts = list_all_contacts_for(actor).filter(state=ContactState.ACTIVE)
    members = Membership.objects.filter(agency_id=actor.agency_id)
    seen = Q(pk=actor.user_id) | Q(pk__in=contacts.order_by().values("user_id"))
    if actor.customer_id is None and actor.can(Permission.MEMBER_VIEW):
        seen |= Q(pk__in=members.values("user_id"))
    role = members.filter(user=OuterRef("pk")).values("role")[:1]
    return User.objects.filter(seen, is_active=True).annotate(member_role=Subquery(role))


def list_views_for(actor: Actor) -> QuerySet[SavedView]:
    """List the saved views that the actor may open, own and shared, with ``is_default``.

    Colleagues of the agency share among each other, the people of a customer among themselves.
    """
    if actor.agency_id is None or actor.user_id is None:
        return SavedView.objects.none()
    chosen = DefaultView.objects.filter(view=OuterRef("pk"), user_id=actor.user_id)
    seen = Q(owner_id=actor.user_id) | Q(is_shared=True)
    views = SavedView.objects.filter(seen, make_circle(actor))
    return views.annotate(is_default=Exists(chosen)).order_by(Lower("name"), "pk")


def make_circle(actor: Actor) -> Q:
    """Return the condition of rows that belong to the actor's side: agency, or one customer."""
    if actor.customer_id is None:
        return Q(customer__isnull=True)
    return Q(customer=actor.customer_id)


def find_default_view(actor: Actor, *, list_name: str) -> SavedView | None:
    """Return the view with which a list opens for the actor, None for the plain list."""
    if actor.user_id is None:
        return None
    views = list_views_for(actor).filter(list_name=list_name)
    return views.filter(defaults__user_id=actor.user_id).first()


def list_imports_for(actor: Actor) -> QuerySet[CustomerImport]:
    """List the files with customers that the agency's people sent, newest first."""
    if actor.customer_id is not None or not actor.can(Permission.CUSTOMER_MANAGE):
        return CustomerImport.objects.none()
    return CustomerImport.objects.defer("content", "refused").order_by("-pk")


def list_incidents_of(actor: Actor) -> QuerySet[Incident]:
    """List all incidents for whoever writes about them: open ones first, then newest first."""
    if actor.customer_id is not None or not actor.can(Permission.STATUS_MANAGE):
        return Incident.objects.none()
    return Incident.objects.order_by(F("ended_at").desc(nulls_first=True), "-pk")


def list_open_incidents() -> QuerySet[Incident]:
    """List what is not over in the current agency, newest first; for everybody."""
    return Incident.objects.filter(ended_at=None).order_by("-began_at", "-pk")


def list_past_incidents(*, at: datetime) -> QuerySet[Incident]:
    """List what was over in the last 90 days in the current agency; for everybody."""
    recent = Incident.objects.filter(ended_at__gt=at - INCIDENTS_SHOWN)
    return recent.order_by("-ended_at", "-pk")


def list_updates_of(incident: Incident) -> QuerySet[IncidentUpdate]:
    """List what was said about an incident, newest first."""
    return IncidentUpdate.objects.filter(incident=incident).order_by("-written_at", "-pk")


def with_updates(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Fetch with each incident what was said about it, newest first."""
    newest = IncidentUpdate.objects.order_by("-written_at", "-pk")
    return incidents.prefetch_related(Prefetch("updates", queryset=newest))
