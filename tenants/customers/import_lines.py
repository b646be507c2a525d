"""Lines of a file as customers: what each would become, and why some cannot be. Pure.

A company that the agency has already, or that stands twice in the file, is recognised by its
e-mail address or VAT number and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spotex.kernel.errors import RuleViolation
from tenants.customers.import_files import FIELDS, REQUIRED_FIELDS, TableRow
from tenants.customers.italian import normalize_sdi_code, normalize_vat_number
from tenants.lengths import (
    EMAIL_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NOTES_MAX_LENGTH,
    SDI_CODE_MAX_LENGTH,
    VAT_NUMBER_MAX_LENGTH,
)

_LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "name": NAME_MAX_LENGTH,
        "email": EMAIL_MAX_LENGTH,
        "vat_number": VAT_NUMBER_MAX_LENGTH,
        "sdi_code": SDI_CODE_MAX_LENGTH,
        "pec": EMAIL_MAX_LENGTH,
        "language": 20,
        "notes": NOTES_MAX_LENGTH,
    },
)
FIELD_LABELS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "name": gettext_lazy("Name"),
        "email": gettext_lazy("E-mail address"),
        "vat_number": gettext_lazy("VAT number"),
        "sdi_code": gettext_lazy("SDI code"),
        "pec": gettext_lazy("PEC address"),
        "language": gettext_lazy("Language of mails"),
        "notes": gettext_lazy("Notes"),
    },
)
_LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {"it": "it", "italiano": "it", "italian": "it", "en": "en", "inglese": "en", "english": "en"},
)


@dataclass(frozen=True, kw_only=True)
class KnownCustomers:
    """Names of the customers that exist, by what they are recognised by."""

    by_email: Mapping[str, str]
    by_vat_number: Mapping[str, str]


@dataclass(kw_only=True)
class CheckedLine:
    """What a line would become; with ``reasons`` it becomes nothing."""

    number: int
    values: dict[str, Any]
    reasons: list[str] = field(default_factory=list)
    is_duplicate: bool = False

    @property
    def is_good(self) -> bool:
        """Tell whether a customer can be made of it."""
        return not self.reasons


def check_lines(
    rows: Iterable[TableRow], *, columns: Mapping[str, int], known: KnownCustomers
) -> list[CheckedLine]:
    """Return every line with its values, and with the reasons against it."""
    lines = [_check_line(row, columns=columns) for row in rows]
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        _note_duplicates(line, known=known, first=first)
    return lines


def _check_line(row: TableRow, *, columns: Mapping[str, int]) -> CheckedLine:
    line = CheckedLine(number=row.number, values={})
    for name in FIELDS:
        text = row.read(columns.get(name))
        line.values[name] = text
        if not text and name in REQUIRED_FIELDS:
            line.reasons.append(_("%(field)s is missing.") % {"field": FIELD_LABELS[name]})
        elif len(text) > _LENGTHS[name]:
            values = {"field": FIELD_LABELS[name], "most": _LENGTHS[name]}
            line.reasons.append(_("%(field)s has more than %(most)s characters.") % values)
        elif text and name in _CHECKS:
            _check_value(line, name=name, text=text)
    return line


def _check_value(line: CheckedLine, *, name: str, text: str) -> None:
    try:
        line.values[name] = _CHECKS[name](text)
    except ValidationError:
        line.reasons.append(_("“%(text)s” is not an e-mail address.") % {"text": text})
    except RuleViolation as error:
        line.reasons.append(error.message)


def _check_email(text: str) -> str:
    validate_email(text)
    return text.lower()


class LanguageUnknown(RuleViolation):
    """Neither Italian nor English."""

    code = "language_unknown"


def _check_language(text: str) -> str:
    code = _LANGUAGES.get(text.lower())
    if code is None:
        raise LanguageUnknown(_("The language is neither “it” nor “en”."), field="language")
    return code


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "email": _check_email,
        "vat_number": normalize_vat_number,
        "sdi_code": normalize_sdi_code,
        "pec": _check_email,
        "language": _check_language,
    },
)


def _note_duplicates(
    line: CheckedLine, *, known: KnownCustomers, first: dict[tuple[str, str], int]
) -> None:
    for name, existing in (("email", known.by_email), ("vat_number", known.by_vat_number)):
        value = line.values[name]
        if not value:
            continue
        if value in existing:
            _note(line, _("It exists already as “%(name)s”.") % {"name": existing[value]})
        elif (name, value) in first:
            _note(line, _("Line %(number)s is the same.") % {"number": first[name, value]})
        elif line.is_good:
            first[name, value] = line.number


def _note(line: CheckedLine, reason: str) -> None:
    line.is_duplicate = True
    if reason not in line.reasons:
        line.reasons.append(reason)
