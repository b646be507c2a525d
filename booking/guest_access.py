"""What guests reach by the signed link of a mail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.guest_links import read_wish
from booking.models import Wish
from spotex.kernel.errors import Missing


def access_guest_wish(token: str) -> Wish:
    """Return the place in the waiting list that a signed link names, with space and hold.

    Raises:
        Missing: the link is forged, or leads to another agency's.
    """
    found = Wish.objects.select_related("space__location", "customer", "hold")
    wish = found.filter(public_id=read_wish(token)).first()
    if wish is None:
        raise Missing(_("There is no such place in the waiting list."))
    return wish
