"""The log-ins of the demo world, for the terminal and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from portals.demo.build import PASSWORD, STAFF_EMAIL
from portals.demo.people import DemoAgency
from tenants.hosts import host_of, platform_host, url_for
from tenants.states import PortalName


@dataclass(frozen=True)
class Login:
    """One way into one portal."""

    who: str
    url: str
    email: str
    password: str


def list_logins(world: Sequence[DemoAgency]) -> list[dict[str, str]]:
    """Return staff, then owner and first contact of each agency."""
    logins = [Login("Spotex staff", url_for(platform_host("admin")), STAFF_EMAIL, PASSWORD)]
    for agency in world:
        portal = url_for(host_of(agency.slug, PortalName.AGENCY))
        logins.append(Login(f"{agency.name}, owner", portal, agency.owner.email, PASSWORD))
        customer = agency.customers[0]
        portal = url_for(host_of(agency.slug, PortalName.CUSTOMER))
        contact = customer.people[0]
        logins.append(Login(f"{customer.name}, customer", portal, contact.email, PASSWORD))
    return [asdict(login) for login in logins]
