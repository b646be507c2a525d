"""What the demo world is described with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from booking.opening import Hours
from tenants.states import ContactRole, Role, Tier


@dataclass(frozen=True)
class DemoPerson:
    """A member or a contact; an ``invited`` one has not accepted yet."""

    full_name: str
    email: str
    role: Role | ContactRole
    invited: bool = False


@dataclass(frozen=True)
class DemoSite:
    """A WordPress site of a customer."""

    name: str
    title: str
    language: str = "it_IT"


@dataclass(frozen=True, kw_only=True)
class DemoCustomer:
    """A company; VAT number and SDI code are made from the seed."""

    name: str
    domain: str
    province: int
    language: str = ""
    notes: str = ""
    people: tuple[DemoPerson, ...] = ()
    sites: tuple[DemoSite, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoSpace:
    """A space, perhaps a part of one that stands before it; ``fields`` are those of the model."""

    name: str
    kind: str
    capacity: int
    floor: str = ""
    part_of: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoStay:
    """Somebody who comes on one of the next days on which the space is open, 0 for today."""

    space: str
    day: int
    hour: float
    hours: float
    name: str
    email: str
    notes: str = ""
    asks: bool = False
    """Whether they ask by themselves, and wait for the agency's yes."""


@dataclass(frozen=True, kw_only=True)
class DemoEquipment:
    """Something that a house lends, and whose first stay has so many pieces of it."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    lent_to: str = ""
    pieces: int = 1


@dataclass(frozen=True, kw_only=True)
class DemoDaysOff:
    """Days of every year on which a house is closed, as month and day."""

    first: tuple[int, int]
    last: tuple[int, int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class DemoLocation:
    """A house with its spaces, and who comes."""

    name: str
    address: str
    directions: str
    hours: tuple[Hours, ...]
    spaces: tuple[DemoSpace, ...]
    stays: tuple[DemoStay, ...] = ()
    equipment: tuple[DemoEquipment, ...] = ()
    block: DemoStay | None = None
    days_off: DemoDaysOff | None = None


@dataclass(frozen=True, kw_only=True)
class DemoPackage:
    """Hours that are sold at once, and the e-mail addresses of people whose companies have it."""

    name: str
    hours: int
    price_minor: int
    valid_days: int
    note: str = ""
    reason: str = ""
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoAgency:
    """An agency with its brand, its people and the companies that it serves."""

    name: str
    slug: str
    tier: Tier
    language: str
    brand: dict[str, str]
    logo: bytes
    owner: DemoPerson
    members: tuple[DemoPerson, ...]
    customers: tuple[DemoCustomer, ...]
    places: tuple[DemoLocation, ...] = ()
    packages: tuple[DemoPackage, ...] = ()
