"""Where somebody books: who it is, and where the pages lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpResponse
from django.urls import reverse

from booking.bookers import Booker
from booking.models import Hold, Space
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


class ShowHold(Protocol):
    """Renders the page on which a hold is booked."""

    def __call__(self, hold: Hold, said: Mapping[str, str], /) -> HttpResponse:
        """Return it, with what is said of a wish that was refused."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The customer portal, or the pages for guests."""

    booker: Booker
    actor: Actor
    pages: str
    """What the names of the pages begin with: ``customer:`` or ``guest-``."""

    @property
    def can_book(self) -> bool:
        """Tell whether slots can be chosen, or only seen."""
        return self.booker.is_guest or self.actor.can(Permission.RESERVATION_MAKE)

    def space_url(self, space: Space) -> str:
        """Return the page of a space."""
        return reverse(f"{self.pages}space-detail", args=[space.public_id])

    def choose_url(self, space: Space) -> str:
        """Return where slots are chosen."""
        return reverse(f"{self.pages}space-hold", args=[space.public_id])

    def book_url(self, hold: Hold) -> str:
        """Return where a hold becomes a reservation."""
        return reverse(f"{self.pages}hold-book", args=[hold.public_id])

    def voucher_url(self, hold: Hold) -> str:
        """Return where a voucher is put on a hold."""
        return reverse(f"{self.pages}hold-voucher", args=[hold.public_id])

    def equipment_url(self, hold: Hold) -> str:
        """Return where equipment is chosen for a hold."""
        return reverse(f"{self.pages}hold-equipment", args=[hold.public_id])

    def credits_url(self, hold: Hold) -> str:
        """Return where a hold is paid with the credits of the company."""
        return reverse(f"{self.pages}hold-credits", args=[hold.public_id])

    def release_url(self, hold: Hold) -> str:
        """Return where a hold is given back."""
        return reverse(f"{self.pages}hold-release", args=[hold.public_id])

    def hold_urls(self, hold: Hold) -> dict[str, str]:
        """Return where things are done with a hold, as the pages of booking name them."""
        return {
            "book_url": self.book_url(hold),
            "equipment_url": self.equipment_url(hold),
            "release_url": self.release_url(hold),
            "voucher_url": self.voucher_url(hold),
        }

    def wait_url(self, space: Space) -> str:
        """Return where one joins the waiting list of a space."""
        return reverse(f"{self.pages}wish-create", args=[space.public_id])

    def live_url(self, space: Space) -> str:
        """Return the stream of a space's calendar."""
        return reverse(f"{self.pages}live-space", args=[space.public_id])
