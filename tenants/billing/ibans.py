"""IBANs: read as people write them, checked as banks check them.

Source: ISO 13616-1 (structure and check digits); lengths from the SWIFT IBAN registry for the
countries of the Single Euro Payments Area, to which a transfer in euro is an ordinary one.
"""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

from spotex.kernel.errors import RuleViolation

_COUNTRIES: Final = (
    "AD24 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 "
    "IE22 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 SE24 SI19 SK24 SM27 VA22"
)
_LENGTHS: Final = {word[:2]: int(word[2:]) for word in _COUNTRIES.split()}
_SHAPE: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")
_GROUP: Final = 4
_MODULUS: Final = 97


class IbanWrong(RuleViolation):
    """It is no IBAN of a country of the euro payments area."""

    code = "iban_wrong"


def read_iban(text: str) -> str:
    """Return an IBAN without spaces, in capitals.

    Raises:
        IbanWrong: a letter or digit is wrong or missing, or the country is too far.
    """
    iban = re.sub(r"[\s.-]", "", text).upper()
    if not _SHAPE.fullmatch(iban):
        raise IbanWrong(
            _("An IBAN has two letters, two digits and the account, such as IT60 X054 …"),
            field="iban",
        )
    length = _LENGTHS.get(iban[:2])
    if length is None:
        raise IbanWrong(_("Accounts of this country take no transfers in euro."), field="iban")
    if len(iban) != length:
        text = _("An IBAN of this country has %(length)s characters, this one has %(n)s.")
        raise IbanWrong(text % {"length": length, "n": len(iban)}, field="iban")
    if _remainder(iban) != 1:
        raise IbanWrong(_("This IBAN has a typing error: its check digits differ."), field="iban")
    return iban


def write_iban(iban: str) -> str:
    """Return an IBAN in groups of four, as it stands on paper."""
    return " ".join(iban[at : at + _GROUP] for at in range(0, len(iban), _GROUP))


def hide_iban(iban: str) -> str:
    """Return as much of an IBAN as tells it from another one, for records that many read."""
    return f"{iban[:2]}…{iban[-_GROUP:]}" if iban else ""


def _remainder(iban: str) -> int:
    """Return the remainder of the number that the IBAN spells, its beginning at the end."""
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % _MODULUS
