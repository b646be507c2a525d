"""Look at the records of an own domain: is it theirs, does it lead here, may it be certified?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tenants.domain_findings import DomainCheck, Finding, FindingCode
from tenants.domain_names import CHALLENGE_LABEL, CHALLENGE_PREFIX, challenge_name, registrable_part
from tenants.drivers.dns import Answer, Dns, Outcome, RecordKind

SHOWN_MAX: Final = 3
"""Values that a finding names; a stranger's zone may hold many."""

_SHOWN_LENGTH: Final = 120
_FAILED: Final = {
    Outcome.DNSSEC: FindingCode.DNSSEC_BROKEN,
    Outcome.LAME: FindingCode.LAME,
    Outcome.SERVER_FAILURE: FindingCode.SERVER_FAILURE,
    Outcome.REFUSED: FindingCode.RESOLVER_REFUSED,
    Outcome.TIMEOUT: FindingCode.TIMEOUT,
}
_CAA: Final = re.compile(r'^(\d+) (\w+) "(.*)"$')
_METHODS: Final = frozenset({"http-01", "tls-alpn-01"})
_CRITICAL: Final = 128
_KNOWN_TAGS: Final = frozenset({"issue", "issuewild", "iodef", "issuemail", "issuevmc"})
_PROXIES: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 104.16.0.0/13 104.24.0.0/14 "
        "108.162.192.0/18 131.0.72.0/22 141.101.64.0/18 162.158.0.0/15 172.64.0.0/13 "
        "173.245.48.0/20 188.114.96.0/20 190.93.240.0/20 197.234.240.0/22 198.41.128.0/17 "
        "2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 "
        "2a06:98c0::/29 2c0f:f248::/32"
    ).split()
)
"""Source: https://www.cloudflare.com/ips/ (by far the most frequent proxy in front of DNS)."""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the records of a domain should say."""

    domain: str
    challenge: str
    target: str
    addresses: tuple[str, ...]
    """Of the platform; none means to look the target up."""

    authorities: tuple[str, ...]
    """Names in CAA records, of which one must be allowed; none means that all are."""


def inspect_domain(dns: Dns, expected: Expectation) -> list[Finding]:
    """Return one finding for each check; takes seconds, so never inside a transaction."""
    findings = [_check_ownership(dns, expected), _check_address(dns, expected)]
    if expected.authorities:
        findings.append(_check_authority(dns, expected))
    return findings


def _check_ownership(dns: Dns, expected: Expectation) -> Finding:
    name = challenge_name(expected.domain)
    answer = dns.look_up(name, RecordKind.TXT)
    figures = {"name": name, "expected": expected.challenge}
    if not answer.is_certain:
        return _found(DomainCheck.OWNERSHIP, _FAILED[answer.outcome], **figures)
    if expected.challenge in [value.strip() for value in answer.values]:
        return _found(DomainCheck.OWNERSHIP, FindingCode.OK, **figures, found=name)
    wrong = [value for value in answer.values if value.startswith(CHALLENGE_PREFIX)]
    if answer.values:
        shown = _show(wrong or answer.values)
        return _found(DomainCheck.OWNERSHIP, FindingCode.TXT_WRONG, **figures, found=shown)
    zone = registrable_part(expected.domain)
    doubled = f"{name}.{zone}"
    if dns.look_up(doubled, RecordKind.TXT).values:
        short = name.removesuffix(f".{zone}")
        return _found(
            DomainCheck.OWNERSHIP,
            FindingCode.TXT_DOUBLED,
            **figures,
            found=doubled,
            short=short or CHALLENGE_LABEL,
        )
    return _found(DomainCheck.OWNERSHIP, FindingCode.TXT_MISSING, **figures)


def _check_address(dns: Dns, expected: Expectation) -> Finding:
    figures = {"name": expected.domain, "expected": expected.target}
    four, six = (dns.look_up(expected.domain, kind) for kind in (RecordKind.A, RecordKind.AAAA))
    failed = next((one for one in (four, six) if not one.is_certain), None)
    if failed is not None:
        return _found(DomainCheck.ADDRESS, _FAILED[failed.outcome], **figures)
    found = {*four.values, *six.values}
    if not found:
        return _found(DomainCheck.ADDRESS, _absence(four, expected), **figures)
    right = {_plain(one) for one in expected.addresses} or _addresses_of(dns, expected.target)
    if not right:
        code = FindingCode.TARGET_UNKNOWN
        return _found(DomainCheck.ADDRESS, code, name=expected.target)
    code = _compare(found, right, six=set(six.values))
    wrong = sorted({_plain(one) for one in found} - right) or sorted(found)
    if code == FindingCode.WRONG_IPV6:
        figures["expected"] = ", ".join(one for one in sorted(right) if ":" in one) or "–"
    return _found(DomainCheck.ADDRESS, code, **figures, found=_show(wrong))


def _absence(answer: Answer, expected: Expectation) -> FindingCode:
    """Tell whether the name itself is missing, or only an address behind it."""
    if answer.aliases and answer.aliases[-1] == expected.target:
        return FindingCode.TARGET_UNKNOWN
    if answer.outcome == Outcome.NO_NAME and not answer.aliases:
        return FindingCode.NAME_MISSING
    return FindingCode.NO_ADDRESS


def _addresses_of(dns: Dns, target: str) -> set[str]:
    return {
        _plain(one)
        for kind in (RecordKind.A, RecordKind.AAAA)
        for one in dns.look_up(target, kind).values
    }


def _compare(found: set[str], right: set[str], *, six: set[str]) -> FindingCode:
    wrong = {_plain(one) for one in found} - right
    if not wrong:
        return FindingCode.OK
    if any(_is_proxy(one) for one in wrong):
        return FindingCode.PROXIED
    if len(wrong) == len(found):
        return FindingCode.WRONG_TARGET
    return (
        FindingCode.WRONG_IPV6
        if wrong <= {_plain(one) for one in six}
        else (FindingCode.MIXED_ADDRESSES)
    )


def _is_proxy(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return any(parsed.version == net.version and parsed in net for net in _PROXIES)


def _check_authority(dns: Dns, expected: Expectation) -> Finding:
    """Climb the tree to the first CAA records; they alone count. Source: RFC 8659 §3."""
    labels = expected.domain.split(".")
    wanted = ", ".join(expected.authorities)
    for number in range(len(labels)):
        name = ".".join(labels[number:])
        answer = dns.look_up(name, RecordKind.CAA)
        if not answer.is_certain:
            broken = answer.outcome == Outcome.DNSSEC
            code = FindingCode.DNSSEC_BROKEN if broken else FindingCode.CAA_UNREADABLE
            return _found(DomainCheck.AUTHORITY, code, name=name, expected=wanted)
        if answer.values:
            code, found = _judge(answer.values, expected.authorities)
            return _found(
                DomainCheck.AUTHORITY,
                code,
                name=name,
                found=found,
                expected=expected.authorities[0],
            )
    return _found(DomainCheck.AUTHORITY, FindingCode.OK, found=wanted, expected=wanted)


def _judge(values: Sequence[str], authorities: tuple[str, ...]) -> tuple[FindingCode, str]:
    """Tell whether these records let one of the authorities issue. Source: RFC 8659 §4, 8657."""
    records = [match.groups() for value in values if (match := _CAA.match(value))]
    unknown = [
        tag for flags, tag, _ in records if int(flags) & _CRITICAL and tag not in _KNOWN_TAGS
    ]
    if unknown:
        return FindingCode.CAA_FORBIDS, _show(unknown)
    issue = [value for _, tag, value in records if tag.lower() == "issue"]
    if not issue:
        return FindingCode.OK, ", ".join(authorities)
    ours = [one for one in issue if one.split(";")[0].strip().lower() in authorities]
    if not ours:
        return FindingCode.CAA_FORBIDS, _show([one for one in issue if one.strip("; ")] or ["–"])
    if not any(_allows_method(one) for one in ours):
        return FindingCode.CAA_METHOD, _show(ours)
    return FindingCode.OK, ", ".join(authorities)


def _allows_method(value: str) -> bool:
    for parameter in value.split(";")[1:]:
        name, _, methods = parameter.partition("=")
        if name.strip().lower() == "validationmethods":
            return bool(_METHODS & {one.strip().lower() for one in methods.split(",")})
    return True


def _found(check: DomainCheck, code: FindingCode, **figures: str) -> Finding:
    return Finding(check=check, code=code, figures=figures)


def _show(values: Sequence[str]) -> str:
    """Return a few values of a stranger's zone, short and printable."""
    text = ", ".join(values[:SHOWN_MAX])
    return "".join(one if one.isprintable() else "?" for one in text)[:_SHOWN_LENGTH]


def _plain(address: str) -> str:
    return str(ipaddress.ip_address(address))
