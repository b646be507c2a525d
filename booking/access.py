"""Fetch and authorise: the only way to places, reservations and blocks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.guest_links import read_reservation
from booking.models import (
    Block,
    Credit,
    Equipment,
    Hold,
    Location,
    OpeningException,
    Package,
    Reservation,
    Space,
    SpacePhoto,
    Voucher,
    Wish,
)
from booking.selectors.credits import list_credits_for, list_packages_for
from booking.selectors.equipment import list_equipment_for
from booking.selectors.photos import list_photos_for
from booking.selectors.places import list_locations_for, list_public_spaces, list_spaces_for
from booking.selectors.reservations import list_blocks_for, list_reservations_for
from booking.selectors.vouchers import list_vouchers_for
from booking.selectors.waiting import list_wishes_for
from booking.slots import SlotId, read_slot_id
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, NotAllowed
from tenants.access import require
from tenants.permissions import Permission


def access_location(
    actor: Actor, public_id: str, *, permission: Permission = Permission.SPACE_VIEW
) -> Location:
    """Return a location that the actor sees, with its owner.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    location = list_locations_for(actor).filter(public_id=public_id).first()
    if location is None:
        raise Missing(_("There is no such location."))
    require(actor, permission)
    return location


def access_exception(
    actor: Actor, public_id: str, *, permission: Permission = Permission.SPACE_VIEW
) -> OpeningException:
    """Return an exception of the opening hours of a location that the actor sees, with it.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    found = OpeningException.objects.filter(location__in=list_locations_for(actor))
    exception = found.select_related("location__customer").filter(public_id=public_id).first()
    if exception is None:
        raise Missing(_("There is no such exception of the opening hours."))
    require(actor, permission)
    return exception


def access_space(
    actor: Actor, public_id: str, *, permission: Permission = Permission.SPACE_VIEW
) -> Space:
    """Return a space that the actor sees, with its location.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    space = list_spaces_for(actor).filter(public_id=public_id).first()
    if space is None:
        raise Missing(_("There is no such space."))
    require(actor, permission)
    return space


def access_voucher(
    actor: Actor, public_id: str, *, permission: Permission = Permission.SPACE_VIEW
) -> Voucher:
    """Return a voucher of the agency, for its own people.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    voucher = list_vouchers_for(actor).filter(public_id=public_id).first()
    if voucher is None:
        raise Missing(_("There is no such voucher."))
    require(actor, permission)
    return voucher


def access_equipment(
    actor: Actor, public_id: str, *, permission: Permission = Permission.SPACE_VIEW
) -> Equipment:
    """Return equipment of a location that the actor sees, with it.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    item = list_equipment_for(actor).filter(public_id=public_id).first()
    if item is None:
        raise Missing(_("There is no such equipment."))
    require(actor, permission)
    return item


def access_package(
    actor: Actor, public_id: str, *, permission: Permission = Permission.SPACE_VIEW
) -> Package:
    """Return a package that the actor sees.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    package = list_packages_for(actor).filter(public_id=public_id).first()
    if package is None:
        raise Missing(_("There is no such package."))
    require(actor, permission)
    return package


def access_credit(
    actor: Actor, public_id: str, *, permission: Permission = Permission.RESERVATION_VIEW
) -> Credit:
    """Return a credit that the actor sees, with its account, its customer and what is left.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    credit = list_credits_for(actor).filter(public_id=public_id).first()
    if credit is None:
        raise Missing(_("There are no such credits."))
    require(actor, permission)
    return credit


def access_public_space(public_id: str) -> Space:
    """Return a space that guests may book, with its location.

    Raises:
        Missing: there is none with this id, or it is not for guests.
    """
    space = list_public_spaces().filter(public_id=public_id).first()
    if space is None:
        raise Missing(_("There is no such space."))
    return space


def access_slot(
    actor: Actor, slot_id: str, *, permission: Permission = Permission.RESERVATION_MAKE
) -> tuple[Space, SlotId]:
    """Return what a slot's id names, and its space.

    Raises:
        Missing: the id says nothing possible, or the actor does not see the space.
        NotAllowed: the role does not carry the permission.
    """
    slot = read_slot_id(slot_id)
    if slot is None:
        raise Missing(_("There is no such slot."))
    return access_space(actor, slot.space, permission=permission), slot


def access_hold(booker: Booker, public_id: str) -> Hold:
    """Return a hold of somebody's own, also one that is over, with its space and location.

    Raises:
        Missing: there is none with this id, or it is somebody else's.
    """
    holds = Hold.objects.filter(booker=booker.key).select_related("space__location")
    hold = holds.filter(public_id=public_id).first()
    if hold is None:
        raise Missing(_("There is no such hold."))
    return hold


def access_reservation(
    actor: Actor, public_id: str, *, permission: Permission = Permission.RESERVATION_VIEW
) -> Reservation:
    """Return a reservation that the actor sees, with space and customer.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission, or it is another company's, of which
            the owner of the space may know but which it may not change.
    """
    reservation = list_reservations_for(actor).filter(public_id=public_id).first()
    if reservation is None:
        raise Missing(_("There is no such reservation."))
    require(actor, permission)
    is_foreign = actor.customer_id not in {None, reservation.customer_id}
    if is_foreign and permission != Permission.RESERVATION_VIEW:
        raise NotAllowed(_("This reservation belongs to somebody else."))
    return reservation


def access_guest_reservation(token: str) -> Reservation:
    """Return the reservation of a guest's signed link, with space and location.

    Raises:
        Missing: the link is forged, or leads to another agency's.
    """
    found = Reservation.objects.select_related("space", "space__location", "customer")
    reservation = found.filter(public_id=read_reservation(token)).first()
    if reservation is None:
        raise Missing(_("There is no such reservation."))
    return reservation


def access_block(
    actor: Actor, public_id: str, *, permission: Permission = Permission.RESERVATION_VIEW
) -> Block:
    """Return a block on a space that the actor sees.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    block = list_blocks_for(actor).filter(public_id=public_id).first()
    if block is None:
        raise Missing(_("There is no such block."))
    require(actor, permission)
    return block


def access_photo(
    actor: Actor, public_id: str, *, permission: Permission | None = None
) -> SpacePhoto:
    """Return a photo, with its space, of a space that guests or the actor may see.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    photo = list_photos_for(actor).filter(public_id=public_id).first()
    if photo is None or (permission and not list_spaces_for(actor).filter(pk=photo.space_id)):
        raise Missing(_("There is no such photo."))
    if permission is not None:
        require(actor, permission)
    return photo


def access_wish(
    actor: Actor, public_id: str, *, permission: Permission = Permission.RESERVATION_VIEW
) -> Wish:
    """Return a place in the waiting list that the actor sees, with space, customer and hold.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    wish = list_wishes_for(actor).filter(public_id=public_id).first()
    if wish is None:
        raise Missing(_("There is no such place in the waiting list."))
    require(actor, permission)
    return wish
