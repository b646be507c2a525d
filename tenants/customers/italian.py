"""Checks of Italian company data: VAT number, SDI code.

Source: VAT check digit, DM 23 December 1976 (Luhn over eleven digits); SDI code, Agenzia delle
Entrate, technical specification of the electronic invoice: seven letters or digits.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from spotex.kernel.errors import RuleViolation


class VatNumberInvalid(RuleViolation):
    """Wrong shape or check digit."""

    code = "vat_number_invalid"


class SdiCodeInvalid(RuleViolation):
    """Wrong shape."""

    code = "sdi_code_invalid"


def normalize_vat_number(text: str) -> str:
    """Return the VAT number as stored: Italian without prefix, foreign with it.

    Raises:
        VatNumberInvalid: not eleven digits with a right check digit, nor a foreign number.
    """
    number = re.sub(r"[\s.\-]", "", text).upper()
    number = number.removeprefix("IT")
    if not number:
        return ""
    if re.fullmatch(r"(?!IT)[A-Z]{2}[A-Z0-9]{2,13}", number):
        return number
    if not re.fullmatch(r"[0-9]{11}", number) or not _has_right_check_digit(number):
        raise VatNumberInvalid(
            _("This is not a valid VAT number: eleven digits, the last one a check digit."),
            field="vat_number",
        )
    return number


def _has_right_check_digit(number: str) -> bool:
    total = 0
    for position, character in enumerate(number):
        value = int(character) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def normalize_sdi_code(text: str) -> str:
    """Return the code in upper case.

    Raises:
        SdiCodeInvalid: not seven letters or digits.
    """
    code = text.strip().upper()
    if code and not re.fullmatch(r"[A-Z0-9]{7}", code):
        raise SdiCodeInvalid(_("An SDI code has seven letters or digits."), field="sdi_code")
    return code
