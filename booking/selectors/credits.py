"""Packages and credits, as somebody sees them, and what is left of them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from booking.models import Credit, CreditDraw, CreditEntry, Hold, Package, Reservation, Space
from booking.selectors.vouchers import pending
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


def list_packages_for(actor: Actor) -> QuerySet[Package]:
    """List the packages of the agency, the newest first; customers see what is offered."""
    if actor.agency_id is None or not actor.can(Permission.SPACE_VIEW):
        return Package.objects.none()
    found = Package.objects.order_by("-pk")
    return found if actor.customer_id is None else found.filter(archived_at=None)


def with_granted(packages: QuerySet[Package]) -> QuerySet[Package]:
    """Add to packages how often each was granted."""
    return packages.annotate(granted=Count("credits", distinct=True))


def search_packages(packages: QuerySet[Package], *, text: str) -> QuerySet[Package]:
    """Narrow a list to names and descriptions that contain the text."""
    if not text:
        return packages
    return packages.filter(Q(name__icontains=text) | Q(note__icontains=text))


def list_credits_for(actor: Actor) -> QuerySet[Credit]:
    """List the credits that the actor sees, with customer, and what is left of each.

    The agency's own people see all, those of a customer its own.
    """
    if actor.agency_id is None or not actor.can(Permission.RESERVATION_VIEW):
        return Credit.objects.none()
    found = with_left(Credit.objects.select_related("account__customer", "package"))
    if actor.customer_id is not None:
        found = found.filter(account__customer=actor.customer_id)
    return in_order(found)


def has_credits(actor: Actor) -> bool:
    """Tell whether there is anything to see on the page of credits: of one's own, or offered."""
    return list_credits_for(actor).exists() or list_packages_for(actor).exists()


def current_first(credits: QuerySet[Credit], *, at: datetime) -> QuerySet[Credit]:  # noqa: A002
    """Order credits from ``with_left`` so that what is used up or over comes last."""
    is_of_use = Case(When(valid_at(at) & Q(left__gt=0), then=0), default=1)
    return credits.order_by(is_of_use, F("valid_until").asc(nulls_last=True), "pk")


def sum_usable(credits: QuerySet[Credit], *, at: datetime) -> int:  # noqa: A002  a customer's
    """Return how many minutes of credits from ``with_left`` can be used at a moment."""
    found = credits.filter(valid_at(at)).order_by()
    return int(found.aggregate(total=Coalesce(Sum("left"), 0))["total"])


def list_entries_for(actor: Actor) -> QuerySet[CreditEntry]:
    """List the lines of the books that the actor sees, the newest first."""
    mine = list_credits_for(actor).order_by().values("pk")
    found = CreditEntry.objects.filter(credit__in=mine)
    return found.select_related("credit", "reservation__space").order_by("-pk")


def with_left(credits: QuerySet[Credit]) -> QuerySet[Credit]:  # noqa: A002  a customer's
    """Add to credits how many minutes are ``left`` to use, and how many are ``reserved``.

    Both in one statement, so that a reservation that is confirmed meanwhile counts once.
    """
    written = _sum(CreditEntry.objects.all())
    reserved = _sum(CreditDraw.objects.filter(pending()))
    return credits.annotate(
        book=Coalesce(Subquery(written), 0), reserved=Coalesce(Subquery(reserved), 0)
    ).annotate(left=F("book") - F("reserved"))


def _sum(rows: QuerySet[CreditEntry] | QuerySet[CreditDraw]) -> QuerySet[CreditEntry, int]:
    mine = rows.filter(credit=OuterRef("pk")).order_by().values("credit")
    return mine.annotate(total=Sum("minutes", output_field=IntegerField())).values("total")  # type: ignore[return-value]


def list_left(found: QuerySet[Credit]) -> list[tuple[int, int]]:
    """Return the keys of credits from ``with_left``, in their order, each with what is left."""
    return [(one.pk, one.left) for one in found]  # type: ignore[attr-defined]  # annotated


def count_left(credit: Credit) -> int:
    """Return how many minutes of a credit can be used now."""
    return list_left(with_left(Credit.objects.filter(pk=credit.pk)))[0][1]


def in_order(credits: QuerySet[Credit]) -> QuerySet[Credit]:  # noqa: A002  a customer's
    """Order credits as they are used up: what ends first goes first."""
    return credits.order_by(F("valid_until").asc(nulls_last=True), "pk")


def valid_at(moment: datetime) -> Q:
    """Return the condition under which a credit is for a stay that begins at a moment."""
    return Q(valid_until=None) | Q(valid_until__gt=moment)


def list_usable(customer_id: int | None, *, space: Space, at: datetime) -> QuerySet[Credit]:
    """List a customer's credits for a stay in a space that begins at a moment, as they are used."""
    found = Credit.objects.filter(valid_at(at), account__customer=customer_id)
    here = Credit.spaces.through.objects.filter(credit=OuterRef("pk"))
    counts = ~Exists(here) | Exists(here.filter(space=space))
    return in_order(with_left(found.filter(counts)))


def list_draws(subject: Hold | Reservation) -> QuerySet[CreditDraw]:
    """List what is reserved for a hold, or for a reservation that is not confirmed yet."""
    found = CreditDraw.objects.select_related("credit__account").order_by("pk")
    if isinstance(subject, Hold):
        return found.filter(hold=subject, reservation=None)
    return found.filter(reservation=subject)


def count_used(reservation: Reservation) -> dict[int, int]:
    """Return how many minutes of which credits a confirmed reservation used, less what went back."""
    found = CreditEntry.objects.filter(reservation=reservation).order_by().values("credit")
    sums = found.annotate(total=Sum("minutes")).values_list("credit", "total")
    return {credit: -total for credit, total in sums if total}
