"""Signed names of guests' reservations: who has the link from the mail may see and cancel it."""

from __future__ import annotations

from typing import Final

from django.core import signing

_SALT: Final = "booking.guest-reservation"
_SEPARATOR: Final = "."


def sign_reservation(public_id: str) -> str:
    """Return the part of an address by which a guest finds a reservation again."""
    return _signer().sign(public_id)


def read_reservation(token: str) -> str:
    """Return the public id that was signed, ``""`` for anything else."""
    try:
        return _signer().unsign(token)
    except signing.BadSignature:
        return ""


def _signer() -> signing.Signer:
    return signing.Signer(sep=_SEPARATOR, salt=_SALT)
