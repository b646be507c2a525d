"""Own domains as they are written and stored, and the records that they need. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import idna
from publicsuffixlist import PublicSuffixList

DOMAIN_MAX_LENGTH: Final = 200
"""Below DNS's 253 characters, so that the names of our records in front of it fit as well."""

CHALLENGE_LABEL: Final = "_portal-challenge"
"""Beginning of the record that proves ownership. It names nobody: agencies show it to customers."""

CHALLENGE_PREFIX: Final = "portal-verification="
_SPECIAL: Final = frozenset(
    {"localhost", "local", "internal", "invalid", "onion", "arpa", "alt", "home", "lan", "corp"},
)
"""Source: RFC 6761, RFC 8375, RFC 9476, and names that private networks use."""

_LABEL: Final = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)\Z")


class DomainUnfit(ValueError):
    """The text cannot be an own domain; the argument says why, as a code."""


@dataclass(frozen=True, kw_only=True)
class DnsRecord:
    """A record that somebody enters at the provider of a domain's DNS."""

    purpose: str
    kind: str
    name: str
    short_name: str
    """The name as most providers ask for it: without the zone."""

    value: str


def clean_domain(text: str, *, reserved: tuple[str, ...]) -> str:
    """Return a domain in its stored form: lower case, ASCII, no dot at the end.

    Args:
        text: as somebody typed it.
        reserved: domains of the platform; nothing at or below them is anybody's own.

    Raises:
        DomainUnfit: it is an address (``address``), no host name (``shape``), too long
            (``length``), a public suffix (``suffix``), special (``special``) or the platform's
            (``platform``).
    """
    name = text.strip().rstrip(".").lower()
    if _is_address(name):
        raise DomainUnfit("address")
    name = _to_ascii(name)
    if len(name) > DOMAIN_MAX_LENGTH:
        raise DomainUnfit("length")
    labels = name.split(".")
    if not all(_LABEL.match(label) for label in labels) or labels[-1].isdigit():
        raise DomainUnfit("shape")
    if labels[-1] in _SPECIAL:
        raise DomainUnfit("special")
    if any(name == base or name.endswith(f".{base}") for base in reserved):
        raise DomainUnfit("platform")
    if not registrable_part(name):
        raise DomainUnfit("suffix")
    return name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _to_ascii(name: str) -> str:
    try:
        return idna.encode(name, uts46=True).decode("ascii").lower().rstrip(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise DomainUnfit("shape") from error


def read_domain(domain: str) -> str:
    """Return a stored domain as people read it, in its own letters."""
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_part(domain: str) -> str:
    """Return what somebody registered: the public suffix and one label; ``""`` for a suffix."""
    return str(_suffixes().privatesuffix(domain) or "")


def challenge_name(domain: str) -> str:
    """Return the name of the record that proves ownership."""
    return f"{CHALLENGE_LABEL}.{domain}"


def challenge_value(token: str) -> str:
    """Return what that record says."""
    return f"{CHALLENGE_PREFIX}{token}"


def list_records(
    domain: str, *, challenge: str, target: str, addresses: tuple[str, ...]
) -> list[DnsRecord]:
    """Return the records that a domain needs: its proof, then the way to the platform.

    A CNAME excludes all other records of its name, so the registered domain itself gets
    addresses where the platform has any to name, else an ALIAS.
    Source: RFC 1034 §3.6.2.
    """
    zone = registrable_part(domain)
    proof = _record("ownership", "TXT", challenge_name(domain), challenge, zone=zone)
    if domain != zone:
        return [proof, _record("address", "CNAME", domain, f"{target}.", zone=zone)]
    if not addresses:
        return [proof, _record("address", "ALIAS", domain, f"{target}.", zone=zone)]
    return [
        proof,
        *(
            _record("address", "AAAA" if ":" in one else "A", domain, one, zone=zone)
            for one in addresses
        ),
    ]


def _record(purpose: str, kind: str, name: str, value: str, *, zone: str) -> DnsRecord:
    short = name.removesuffix(zone).rstrip(".") or "@"
    return DnsRecord(purpose=purpose, kind=kind, name=name, short_name=short, value=value)
