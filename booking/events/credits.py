"""What happens to packages and to what customers have of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PackageEvent(Event):
    """Something happened to a package; base of the events below."""


@dataclass(frozen=True, kw_only=True)
class PackageCreated(PackageEvent):
    """There is a new package."""

    name: ClassVar[str] = "booking.package.created"


@dataclass(frozen=True, kw_only=True)
class PackageChanged(PackageEvent):
    """What one gets for how much is another; what was granted before stays as it was."""

    name: ClassVar[str] = "booking.package.changed"


@dataclass(frozen=True, kw_only=True)
class PackageArchived(PackageEvent):
    """It is not offered any more."""

    name: ClassVar[str] = "booking.package.archived"


@dataclass(frozen=True, kw_only=True)
class CreditEvent(Event):
    """Something happened to a customer's credit; base of the events below."""

    credit: str


@dataclass(frozen=True, kw_only=True)
class CreditGranted(CreditEvent):
    """A customer has time to use up."""

    name: ClassVar[str] = "booking.credit.granted"


@dataclass(frozen=True, kw_only=True)
class CreditCorrected(CreditEvent):
    """The agency added minutes or took some away."""

    name: ClassVar[str] = "booking.credit.corrected"


@dataclass(frozen=True, kw_only=True)
class CreditRunningOut(CreditEvent):
    """There is time left, and it ends soon."""

    name: ClassVar[str] = "booking.credit.running_out"
