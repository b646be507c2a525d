"""Signed names of what guests have: who has the link from the mail may see and cancel it."""

from __future__ import annotations

from typing import Final

from django.core import signing

_SALT: Final = "booking.guest-reservation"
_WISH_SALT: Final = "booking.guest-wish"
_SEPARATOR: Final = "."


def sign_reservation(public_id: str) -> str:
    """Return the part of an address by which a guest finds a reservation again."""
    return _signer(_SALT).sign(public_id)


def read_reservation(token: str) -> str:
    """Return the public id that was signed, ``""`` for anything else."""
    try:
        return _signer(_SALT).unsign(token)
    except signing.BadSignature:
        return ""


def sign_wish(public_id: str) -> str:
    """Return the part of an address by which somebody finds a place in the waiting list again."""
    return _signer(_WISH_SALT).sign(public_id)


def read_wish(token: str) -> str:
    """Return the public id that was signed, ``""`` for anything else."""
    try:
        return _signer(_WISH_SALT).unsign(token)
    except signing.BadSignature:
        return ""


def _signer(salt: str) -> signing.Signer:
    return signing.Signer(sep=_SEPARATOR, salt=salt)
