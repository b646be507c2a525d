"""Booking through the API: by slot or by time, for oneself, a customer or a guest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from booking.access import access_hold
from booking.bookers import booker_of
from booking.models import Hold, Reservation, Space
from booking.periods import Period
from booking.recurrence import Pattern
from booking.selectors.reservations import find_open_hold
from booking.services.credit_uses import require_not_repeated
from booking.services.reservations import Visitor, book_space
from booking.services.series import SeriesPlan, book_series
from portals.api.answers import answer
from portals.api.parsing import etag_of
from portals.api.v1.references import find_customer
from portals.api.v1.serializers.equipment import read_pieces
from portals.api.v1.serializers.occurrences import show_outcome
from portals.api.v1.serializers.reservations import (
    attach_details,
    show_reservation,
)
from portals.shared.booking.vouchers import TRIES_PER_HOUR
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.limits import HOUR, require_within
from tenants.access import require
from tenants.customers.models import Customer
from tenants.permissions import Permission


class HoldElsewhere(RuleViolation):
    """The hold is of another space, or of another time."""

    code = "hold_of_another_slot"


class VoucherNotRepeated(RuleViolation):
    """A voucher is for one stay, not for a series."""

    code = "voucher_not_repeated"


def book(actor: Actor, space: Space, *, stay: Period, data: Mapping[str, Any]) -> Response:
    """Book a space as a body asks for, and answer the reservation.

    Raises:
        LimitExceeded: too many vouchers were tried.
    """
    voucher = data.get("voucher", "")
    if voucher:
        require_within("voucher", actor.user_public_id, allowed=TRIES_PER_HOUR, seconds=HOUR)
    hold = _find_hold(actor, space, stay=stay, public_id=data.get("hold", ""))
    reservation = book_space(
        space,
        stay=stay,
        booker=booker_of(actor),
        visitor=read_visitor(actor, data),
        actor=actor,
        now=timezone.now(),
        hold=hold,
        voucher=voucher,
        equipment=read_pieces(data, space=space, subject=hold),
        with_credits=data.get("pay_with_credits", False),
    )
    return _answer_booked(reservation, occurrences=None)


def book_again(actor: Actor, space: Space, *, stay: Period, data: Mapping[str, Any]) -> Response:
    """Book a stay that repeats, and answer the first with what became of each.

    Raises:
        VoucherNotRepeated: the body names a voucher.
        CreditsNotRepeated: it is to be paid with credits.
    """
    if data.get("voucher"):
        raise VoucherNotRepeated(
            _("A voucher is for one stay. Book the stays without it, or this one by itself."),
            field="voucher",
        )
    if data.get("pay_with_credits"):
        require_not_repeated(None)
    now, booker = timezone.now(), booker_of(actor)
    only = data["recurrence"].get("only")
    outcomes = book_series(
        make_plan(actor, space, stay=stay, data=data),
        booker=booker,
        visitor=read_visitor(actor, data),
        actor=actor,
        now=now,
        chosen=None if only is None else set(only),
    )[1]
    first = next(one.reservation for one in outcomes if one.reservation is not None)
    return _answer_booked(first, occurrences=[show_outcome(one) for one in outcomes])


def _answer_booked(
    reservation: Reservation, *, occurrences: list[dict[str, Any]] | None
) -> Response:
    """Answer a new reservation, with what became of each where it repeats."""
    attach_details([reservation])
    tag = {"ETag": etag_of(reservation)}
    said = {**show_reservation(reservation), "occurrences": occurrences}
    return answer(said, status=201, headers=tag)


def make_plan(actor: Actor, space: Space, *, stay: Period, data: Mapping[str, Any]) -> SeriesPlan:
    """Return what is to be booked again and again, on the hold that a body names."""
    said = data["recurrence"]
    return SeriesPlan(
        space=space,
        stay=stay,
        pattern=Pattern(
            frequency=said["frequency"],
            every=said["every"],
            until=said.get("until"),
            count=said.get("count"),
            skipped=frozenset(said.get("skip", ())),
        ),
        hold=_find_hold(actor, space, stay=stay, public_id=data.get("hold", "")),
        customer=_find_customer(actor, data.get("customer", "")),
        equipment=read_pieces(data, space=space),
    )


def answer_reservation(reservation: Reservation, *, status: int = 200) -> Response:
    """Answer a reservation with its ``ETag``."""
    attach_details([reservation])
    tag = {"ETag": etag_of(reservation)}
    return answer(show_reservation(reservation), status=status, headers=tag)


def _find_hold(actor: Actor, space: Space, *, stay: Period, public_id: str) -> Hold | None:
    """Return the hold that a body names, else the caller's own of this time.

    Raises:
        Missing: there is none with this id that is the caller's.
        HoldElsewhere: it is of something else.
    """
    if not public_id:
        return find_open_hold(space, stay, booker=booker_of(actor).key)
    hold = access_hold(booker_of(actor), public_id)
    if (hold.space, hold.starts_at, hold.ends_at) != (space, stay.start, stay.end):
        raise HoldElsewhere(_("This hold is of another space or another time."), field="hold")
    return hold


def read_visitor(actor: Actor, data: Mapping[str, Any]) -> Visitor:
    """Return who will come.

    Raises:
        CustomerUnknown: there is no such customer for the caller.
        NotAllowed: only the agency's own people and programs book for others.
    """
    customer = _find_customer(actor, data.get("customer", ""))
    is_for_others = "guest" in data or (actor.customer_id is None and customer is not None)
    if is_for_others and not actor.is_key:
        require(actor, Permission.RESERVATION_MANAGE)
    notes = data.get("notes", "")
    if "guest" in data:
        return Visitor(**data["guest"], customer=customer, notes=notes)
    if is_for_others and customer is not None:
        return Visitor(
            name=customer.name,
            email=customer.email,
            language=customer.language,
            customer=customer,
            notes=notes,
        )
    # A program has no address of its own: the service asks for somebody.
    return Visitor(
        name=actor.name, email=actor.email, language=actor.language, customer=customer, notes=notes
    )


def _find_customer(actor: Actor, public_id: str) -> Customer | None:
    """Return for which company it is: people of a customer book for theirs."""
    wanted = public_id or actor.customer_public_id
    return find_customer(actor, wanted) if wanted else None
