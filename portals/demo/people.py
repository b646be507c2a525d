"""What the demo world is described with."""

from __future__ import annotations

from dataclasses import dataclass

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
