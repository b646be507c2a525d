"""What a guest is asked."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from booking.models import Hold
from booking.services.guests import CODE_DIGITS
from portals.shared.booking.forms import BookForm
from portals.shared.booking.waiting import WishForm
from portals.shared.forms import PortalForm
from tenants.lengths import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH

_SALT: Final = "portals.guests.details"
_WISH_SALT: Final = "portals.guests.wish"
_WISH_SECONDS: Final = 24 * 3_600


class GuestForm(BookForm):
    """Who comes, and where the code goes."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=EMAIL_MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a code there, and then the confirmation."),
    )
    field_order = ("name", "email", "notes")


class GuestWishForm(WishForm):
    """What a guest waits for, and where the offer goes."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=EMAIL_MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link there: with it your place in the list counts."),
    )


class CodeForm(PortalForm):
    """The code from the mail, and, signed, what was said before."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=CODE_DIGITS * 2,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            },
        ),
    )
    details = forms.CharField(widget=forms.HiddenInput)


def sign_details(hold: Hold, said: dict[str, Any]) -> str:
    """Return what a guest said about a hold, so that it cannot be changed on the way."""
    details = {**said, "hold": hold.public_id}
    return signing.dumps(details, salt=_SALT, compress=True)


def read_details(hold: Hold, text: str) -> dict[str, str] | None:
    """Return what was signed for this hold, None for anything else."""
    try:
        details: dict[str, str] = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return details if details["hold"] == hold.public_id else None


def sign_wish_details(details: dict[str, Any]) -> str:
    """Return what a guest wants to wait for, as a part of the address that proves theirs."""
    return signing.dumps(details, salt=_WISH_SALT, compress=True)


def read_wish_details(text: str) -> dict[str, Any] | None:
    """Return what was signed within a day, None for anything else."""
    try:
        details: dict[str, Any] = signing.loads(text, salt=_WISH_SALT, max_age=_WISH_SECONDS)
    except signing.BadSignature:
        return None
    return details
