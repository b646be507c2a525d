"""What the events of spaces and reservations say to people, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from portals.shared.wording import Sentence

BOOKING_SENTENCES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "booking.location.created": Sentence("map-pin", _("{actor} added the location {subject}")),
        "booking.location.changed": Sentence("pencil", _("{actor} changed the location {subject}")),
        "booking.location.archived": Sentence(
            "archive", _("{actor} archived the location {subject}")
        ),
        "booking.space.created": Sentence("door-open", _("{actor} added the space {subject}")),
        "booking.space.changed": Sentence("pencil", _("{actor} changed the space {subject}")),
        "booking.space.archived": Sentence("archive", _("{actor} archived the space {subject}")),
        "booking.space.blocked": Sentence("ban", _("{actor} blocked a time of {subject}")),
        "booking.space.unblocked": Sentence("unlock", _("{actor} lifted a block of {subject}")),
        "booking.feed.created": Sentence(
            "calendar-plus", _("{actor} made a calendar feed of {subject}")
        ),
        "booking.feed.renewed": Sentence(
            "rotate-cw", _("{actor} renewed the calendar feed of {subject}")
        ),
        "booking.feed.revoked": Sentence(
            "ban", _("{actor} revoked the calendar feed of {subject}")
        ),
        "booking.outside.added": Sentence(
            "calendar-plus", _("{actor} lets a calendar elsewhere keep {subject} busy")
        ),
        "booking.outside.removed": Sentence(
            "calendar-x", _("{actor} removed a calendar elsewhere from {subject}")
        ),
        "booking.outside.failed": Sentence(
            "triangle-alert", _("A calendar elsewhere of {subject} cannot be read")
        ),
        "booking.outside.ignored": Sentence(
            "eye-off", _("{actor} ignores an event elsewhere that collides in {subject}")
        ),
        "booking.outside.changed": Sentence(
            "refresh-cw", _("A calendar elsewhere keeps {subject} busy at other times")
        ),
        "booking.widget.allowed": Sentence(
            "globe", _("{actor} allowed the booking widget on {subject}")
        ),
        "booking.widget.removed": Sentence(
            "ban", _("{actor} no longer allows the booking widget on {subject}")
        ),
        "booking.equipment.created": Sentence("plug", _("{actor} added the equipment {subject}")),
        "booking.equipment.changed": Sentence(
            "pencil", _("{actor} changed the equipment {subject}")
        ),
        "booking.equipment.archived": Sentence(
            "archive", _("{actor} archived the equipment {subject}")
        ),
        "booking.voucher.created": Sentence("ticket", _("{actor} added the voucher {subject}")),
        "booking.voucher.changed": Sentence("pencil", _("{actor} changed the voucher {subject}")),
        "booking.voucher.ended": Sentence("ban", _("{actor} ended the voucher {subject}")),
        "booking.reservation.asked": Sentence(
            "hourglass", _("{actor} asked for {subject}; an answer is awaited")
        ),
        "booking.reservation.approved": Sentence("check", _("{actor} said yes to {subject}")),
        "booking.reservation.declined": Sentence("circle-x", _("{actor} said no to {subject}")),
        "booking.reservation.lapsed": Sentence("timer", _("Nobody answered {subject} in time")),
        "booking.package.created": Sentence("plus", _("{actor} added the package {subject}")),
        "booking.package.changed": Sentence("pencil", _("{actor} changed the package {subject}")),
        "booking.package.archived": Sentence(
            "archive", _("{actor} archived the package {subject}")
        ),
        "booking.credit.granted": Sentence("timer", _("{actor} granted the credits {subject}")),
        "booking.credit.corrected": Sentence(
            "pencil", _("{actor} corrected the credits {subject}")
        ),
        "booking.credit.running_out": Sentence("clock", _("The credits {subject} end soon")),
        "booking.reservation.requested": Sentence(
            "calendar-clock", _("{actor} booked {subject}; the payment is awaited")
        ),
        "booking.reservation.confirmed": Sentence(
            "calendar-check", _("The reservation {subject} is confirmed")
        ),
        "booking.reservation.moved": Sentence(
            "calendar-clock", _("{actor} moved the reservation {subject}")
        ),
        "booking.reservation.cancelled": Sentence(
            "calendar-x", _("{actor} cancelled the reservation {subject}")
        ),
        "booking.reservation.expired": Sentence(
            "calendar-x", _("The reservation {subject} was not paid in time")
        ),
        "booking.reservation.unsold": Sentence(
            "undo-2", _("Money for {subject} came too late and is let go")
        ),
        "booking.reservation.checked_in": Sentence(
            "circle-check", _("{actor} checked in {subject}")
        ),
        "booking.reservation.noted": Sentence(
            "pencil", _("{actor} changed the notes of {subject}")
        ),
        "booking.reservation.annotated": Sentence(
            "pencil", _("{actor} changed the internal notes of {subject}")
        ),
        "booking.reservation.extended": Sentence("timer", _("{actor} extended {subject}")),
        "booking.reservation.equipped": Sentence(
            "plug", _("{actor} changed the equipment of {subject}")
        ),
        "booking.reservation.check_in_undone": Sentence(
            "undo-2", _("{actor} took back the check-in of {subject}")
        ),
        "booking.reservation.no_show_undone": Sentence(
            "undo-2", _("{actor} took back that nobody came to {subject}")
        ),
        "booking.reservation.reminded": Sentence("bell", _("A reminder went out for {subject}")),
        "booking.reservation.missed": Sentence(
            "circle-x", _("{actor} noted that nobody came to {subject}")
        ),
        "booking.report.chosen": Sentence(
            "mail", _("{actor} gets the monthly report by e-mail from now on")
        ),
        "booking.report.stopped": Sentence(
            "mail", _("{actor} gets the monthly report by e-mail no longer")
        ),
        "booking.series.booked": Sentence(
            "repeat", _("{actor} booked stays that repeat: {subject}")
        ),
        "booking.series.cancelled": Sentence(
            "calendar-x", _("{actor} cancelled stays that repeat: {subject}")
        ),
        "booking.wish.made": Sentence("hourglass", _("{actor} joined the waiting list: {subject}")),
        "booking.wish.offered": Sentence(
            "bell", _("A time was offered from the waiting list: {subject}")
        ),
        "booking.wish.booked": Sentence(
            "calendar-check", _("An offer from the waiting list was taken: {subject}")
        ),
        "booking.wish.missed": Sentence(
            "timer", _("An offer from the waiting list was not taken: {subject}")
        ),
        "booking.wish.left": Sentence("ban", _("{actor} ended a wait: {subject}")),
        "booking.wish.ended": Sentence("circle-x", _("Nothing came free: {subject}")),
        "booking.reservation.completed": Sentence("circle-check", _("{subject} is over")),
    },
)
