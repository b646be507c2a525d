"""Packages: so much time for so much money, offered to customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events.credits import PackageArchived, PackageChanged, PackageCreated, PackageEvent
from booking.models import Package, Space
from booking.rates import MOST_MINOR
from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version

MOST_MINUTES: Final = 600_000
"""Ten thousand hours: more is a slip of the pen."""

MOST_DAYS: Final = 3_650


class PackageInvalid(RuleViolation):
    """The package makes no sense."""

    code = "package_invalid"


class PackageIsArchived(Conflict):
    """It is not offered any more."""

    code = "package_archived"


@transaction.atomic
def create_package(*, actor: Actor, spaces: Sequence[Space] = (), **details: Any) -> Package:
    """Make a package.

    Args:
        actor: needs an agency.
        spaces: where its time counts; none for everywhere.
        **details: other fields of the model.

    Raises:
        PackageInvalid: an input breaks a rule.
    """
    package = Package(**details)
    _require_sense(package)
    package.save()
    package.spaces.set(spaces)
    _tell(PackageCreated, package, actor=actor)
    return package


@transaction.atomic
def change_package(
    package: Package,
    *,
    actor: Actor,
    spaces: Sequence[Space] | None = None,
    version: int | None = None,
    **changes: Any,
) -> Package:
    """Change a package; what customers got of it before stays as it was.

    Raises:
        PackageInvalid: an input breaks a rule.
        PackageIsArchived: it is not offered any more.
        Stale: somebody else changed it meanwhile.
    """
    package = lock_row(package)
    require_version(package, seen=version)
    if package.archived_at is not None:
        raise PackageIsArchived(_("This package is archived."))
    before = {name: getattr(package, name) for name in changes}
    for field, value in changes.items():
        setattr(package, field, value)
    _require_sense(package)
    package.save()
    details = list_changes(before, changes)
    if spaces is not None:
        former = sorted(package.spaces.values_list("name", flat=True))
        package.spaces.set(spaces)
        details |= list_changes({"spaces": former}, {"spaces": sorted(one.name for one in spaces)})
    _tell(PackageChanged, package, actor=actor, **details)
    return package


@transaction.atomic
def archive_package(package: Package, *, actor: Actor, now: datetime) -> Package:
    """Offer a package no more; what customers have of it they can use up."""
    package = lock_row(package)
    if package.archived_at is None:
        package.archived_at = now
        package.save()
        _tell(PackageArchived, package, actor=actor)
    return package


def _require_sense(package: Package) -> None:
    package.name = package.name.strip()
    problems = {
        "name": (bool(package.name), _("Give it a name.")),
        "minutes": (
            1 <= package.minutes <= MOST_MINUTES,
            _("Give between a minute and ten thousand hours."),
        ),
        "price": (0 <= package.price_minor <= MOST_MINOR, _("Give a price.")),
        "valid_days": (0 <= package.valid_days <= MOST_DAYS, _("At most ten years.")),
    }
    for field, (is_right, text) in problems.items():
        if not is_right:
            raise PackageInvalid(text, field=field)


def _tell(
    kind: type[PackageEvent],
    package: Package,
    *,
    actor: Actor,
    **details: Any,
) -> None:
    publish(
        kind(
            actor=actor,
            subject_public_id=package.public_id,
            subject_name=package.name,
            details=details,
        ),
    )
