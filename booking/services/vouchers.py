"""Vouchers: codes that make stays cheaper. How they are used: see ``voucher_uses``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import VoucherChanged, VoucherCreated, VoucherEnded
from booking.models import Space, Voucher
from booking.models.vouchers import CODE_MAX_LENGTH
from booking.rates import MOST_MINOR
from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version

_SHORTEST: Final = 4
MOST_USES: Final = 1_000_000


class VoucherInvalid(RuleViolation):
    """The voucher contradicts itself, or its code cannot be typed."""

    code = "voucher_invalid"


class VoucherOver(Conflict):
    """It was ended before."""

    code = "voucher_over"


@transaction.atomic
def create_voucher(
    *, actor: Actor, code: str, spaces: Sequence[Space] = (), **details: Any
) -> Voucher:
    """Make a voucher.

    Args:
        actor: needs an agency.
        code: what people type; capitals and small letters are the same.
        spaces: where it counts; none for everywhere.
        **details: other fields of the model.

    Raises:
        VoucherInvalid: an input breaks a rule, or there is one with this code.
    """
    voucher = Voucher(code=normalize_code(code), **details)
    _require_sense(voucher)
    if Voucher.objects.filter(code=voucher.code).exists():
        raise VoucherInvalid(_("There is a voucher with this code already."), field="code")
    voucher.save()
    voucher.spaces.set(spaces)
    _tell(VoucherCreated, voucher, actor=actor)
    return voucher


@transaction.atomic
def change_voucher(
    voucher: Voucher,
    *,
    actor: Actor,
    spaces: Sequence[Space] | None = None,
    version: int | None = None,
    **changes: Any,
) -> Voucher:
    """Change a voucher; what was booked with it keeps its price. The code stays.

    Raises:
        VoucherInvalid: an input breaks a rule.
        VoucherOver: it was ended.
        Stale: somebody else changed it meanwhile.
    """
    voucher = lock_row(voucher)
    require_version(voucher, seen=version)
    if voucher.ended_at is not None:
        raise VoucherOver(_("This voucher was ended."))
    before = {name: _write(getattr(voucher, name)) for name in changes}
    for field, value in changes.items():
        setattr(voucher, field, value)
    _require_sense(voucher)
    voucher.save()
    details = list_changes(before, {name: _write(value) for name, value in changes.items()})
    if spaces is not None:
        former = sorted(voucher.spaces.values_list("name", flat=True))
        voucher.spaces.set(spaces)
        details |= list_changes({"spaces": former}, {"spaces": sorted(one.name for one in spaces)})
    _tell(VoucherChanged, voucher, actor=actor, **details)
    return voucher


@transaction.atomic
def end_voucher(voucher: Voucher, *, actor: Actor, now: datetime) -> Voucher:
    """Let nobody use a voucher any more; what is held or booked with it keeps its price."""
    voucher = lock_row(voucher)
    if voucher.ended_at is None:
        voucher.ended_at = now
        voucher.save()
        _tell(VoucherEnded, voucher, actor=actor)
    return voucher


def normalize_code(code: str) -> str:
    """Return a code as it is stored: capitals, no spaces."""
    return "".join(code.split()).upper()


def _write(value: Any) -> Any:
    """Return a value as the trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _require_sense(voucher: Voucher) -> None:
    has_one_value = (voucher.percent is None) != (voucher.amount_minor is None)
    is_code = voucher.code.isascii() and voucher.code.replace("-", "").isalnum()
    days = (voucher.first_day, voucher.last_day)
    problems = {
        "code": (
            is_code and _SHORTEST <= len(voucher.code) <= CODE_MAX_LENGTH,
            _("A code has 4 to 20 letters, digits or dashes."),
        ),
        "percent": (
            has_one_value and (voucher.percent is None or 1 <= voucher.percent <= 100),
            _("Give either a share from 1 to 100 %, or an amount."),
        ),
        "amount": (
            voucher.amount_minor is None or 1 <= voucher.amount_minor <= MOST_MINOR,
            _("Give an amount."),
        ),
        "last_day": (
            None in days or days[0] <= days[1],  # type: ignore[operator]
            _("The last day cannot be before the first."),
        ),
        "most_uses": (0 <= voucher.most_uses <= MOST_USES, _("At most a million.")),
        "most_per_person": (0 <= voucher.most_per_person <= MOST_USES, _("At most a million.")),
    }
    for field, (is_right, text) in problems.items():
        if not is_right:
            raise VoucherInvalid(text, field=field)


def _tell(
    kind: type[VoucherCreated] | type[VoucherChanged] | type[VoucherEnded],
    voucher: Voucher,
    *,
    actor: Actor,
    **details: Any,
) -> None:
    publish(
        kind(
            actor=actor,
            subject_public_id=voucher.public_id,
            subject_name=voucher.code,
            details=details,
        ),
    )
