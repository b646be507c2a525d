"""What look-ups of an own domain showed: cause, remedy and who acts, one table for all codes.

Rows store code and figures; the sentences are made for the reader's language. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainCheck(StrEnum):
    """What is looked at, in the order of the page."""

    OWNERSHIP = "ownership"
    ADDRESS = "address"
    AUTHORITY = "authority"
    CLAIM = "claim"


class DomainActor(StrEnum):
    """Who has to act."""

    NOBODY = ""
    DNS = "dns"
    AGENCY = "agency"
    PLATFORM = "platform"


class FindingCode(StrEnum):
    """Every result of a check."""

    OK = "ok"
    TXT_MISSING = "txt_missing"
    TXT_WRONG = "txt_wrong"
    TXT_DOUBLED = "txt_doubled"
    NAME_MISSING = "name_missing"
    NO_ADDRESS = "no_address"
    WRONG_TARGET = "wrong_target"
    PROXIED = "proxied"
    MIXED_ADDRESSES = "mixed_addresses"
    WRONG_IPV6 = "wrong_ipv6"
    TARGET_UNKNOWN = "target_unknown"
    CAA_FORBIDS = "caa_forbids"
    CAA_METHOD = "caa_method"
    CAA_UNREADABLE = "caa_unreadable"
    DNSSEC_BROKEN = "dnssec_broken"
    LAME = "lame"
    SERVER_FAILURE = "server_failure"
    RESOLVER_REFUSED = "resolver_refused"
    TIMEOUT = "timeout"
    TAKEN = "taken"


PASSING: Final = frozenset(
    {FindingCode.TIMEOUT, FindingCode.SERVER_FAILURE, FindingCode.RESOLVER_REFUSED},
)
"""What may be over in a minute, so that it says little about the records."""

CHECK_NAMES: Final[Mapping[DomainCheck, tuple[str | Promise, str | Promise]]] = MappingProxyType(
    {
        DomainCheck.OWNERSHIP: (_("The domain is yours"), _("Proof that the domain is yours")),
        DomainCheck.ADDRESS: (_("The domain leads here"), _("Where the domain leads")),
        DomainCheck.AUTHORITY: (
            _("A certificate may be issued"),
            _("Permission to issue a certificate"),
        ),
        DomainCheck.CLAIM: (_("The domain is free"), _("Whether the domain is free")),
    },
)
"""What a check says when it passed, and what it is about when it did not."""

ACTOR_NAMES: Final[Mapping[DomainActor, str | Promise]] = MappingProxyType(
    {
        DomainActor.NOBODY: "",
        DomainActor.DNS: _("whoever manages the domain’s DNS"),
        DomainActor.AGENCY: _("your agency"),
        DomainActor.PLATFORM: _("the platform’s support"),
    },
)


@dataclass(frozen=True)
class FindingText:
    """What is the case, what helps, who acts."""

    cause: str | Promise
    remedy: str | Promise = ""
    who: DomainActor = DomainActor.DNS


FINDINGS: Final[Mapping[FindingCode, FindingText]] = MappingProxyType(
    {
        FindingCode.OK: FindingText(_("Everything is right: %(found)s"), who=DomainActor.NOBODY),
        FindingCode.TXT_MISSING: FindingText(
            _("There is no TXT record at %(name)s."),
            _("Add the TXT record shown above. Providers need minutes to publish it."),
        ),
        FindingCode.TXT_WRONG: FindingText(
            _("The TXT record at %(name)s says “%(found)s”."),
            _("Replace its value by “%(expected)s”, without quotes or blanks."),
        ),
        FindingCode.TXT_DOUBLED: FindingText(
            _("The TXT record was created at %(found)s: the provider added the domain once more."),
            _("Enter only “%(short)s” as the record’s name."),
        ),
        FindingCode.NAME_MISSING: FindingText(
            _("DNS knows no %(name)s."),
            _("Add the record that leads here; if the domain is new, wait for its registration."),
        ),
        FindingCode.NO_ADDRESS: FindingText(
            _("%(name)s exists, but has no address."),
            _("Add the record that leads here: %(expected)s."),
        ),
        FindingCode.WRONG_TARGET: FindingText(
            _("%(name)s leads to %(found)s."),
            _(
                "Change the record so that it leads to %(expected)s, and remove others of this name."
            ),
        ),
        FindingCode.PROXIED: FindingText(
            _("%(name)s leads to %(found)s, which belongs to a proxy service."),
            _(
                "Switch the proxy off for this record (“DNS only”), so that it leads to %(expected)s."
            ),
        ),
        FindingCode.MIXED_ADDRESSES: FindingText(
            _("%(name)s leads here and also to %(found)s: some visitors would end there."),
            _("Remove the records that lead to %(found)s."),
        ),
        FindingCode.WRONG_IPV6: FindingText(
            _("Over IPv6, %(name)s leads to %(found)s: many visitors would end there."),
            _("Remove the AAAA record, or change it to %(expected)s."),
        ),
        FindingCode.TARGET_UNKNOWN: FindingText(
            _("The platform’s own address %(name)s cannot be looked up."),
            _("Nothing is wrong with your records. Write to support if this stays."),
            who=DomainActor.PLATFORM,
        ),
        FindingCode.CAA_FORBIDS: FindingText(
            _("A CAA record at %(name)s allows certificates of %(found)s only."),
            _('Add a CAA record there: 0 issue "%(expected)s".'),
        ),
        FindingCode.CAA_METHOD: FindingText(
            _("The CAA record at %(name)s restricts how certificates are proved: %(found)s."),
            _("Allow http-01 or tls-alpn-01, or remove “validationmethods” from the record."),
        ),
        FindingCode.CAA_UNREADABLE: FindingText(
            _("The CAA records at %(name)s cannot be read, so no authority issues a certificate."),
            _("The provider of the DNS must answer questions for CAA records; ask its support."),
        ),
        FindingCode.DNSSEC_BROKEN: FindingText(
            _(
                "The DNSSEC signatures of %(name)s are not valid, so most of the world sees nothing."
            ),
            _("Correct or remove the DS record at the registrar, or sign the zone again."),
        ),
        FindingCode.LAME: FindingText(
            _("The name servers of %(name)s do not answer for it."),
            _("Check at the registrar which name servers the domain has."),
        ),
        FindingCode.SERVER_FAILURE: FindingText(
            _("The name servers of %(name)s answered with a failure."),
            _("It is tried again by itself. If it stays, ask the provider of the DNS."),
        ),
        FindingCode.RESOLVER_REFUSED: FindingText(
            _("The look-up of %(name)s was refused."),
            _("It is tried again by itself. If it stays, write to support."),
            who=DomainActor.PLATFORM,
        ),
        FindingCode.TIMEOUT: FindingText(
            _("The name servers of %(name)s did not answer in time."),
            _("It is tried again by itself. If it stays, ask the provider of the DNS."),
        ),
        FindingCode.TAKEN: FindingText(
            _("Somebody else proved before that %(name)s is theirs."),
            _("If the domain is yours, write to support."),
            who=DomainActor.AGENCY,
        ),
    },
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check, as a row stores it."""

    check: DomainCheck
    code: FindingCode
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Tell whether the check passed."""
        return self.code == FindingCode.OK

    def as_json(self) -> dict[str, Any]:
        """Return what a row stores."""
        return {"check": self.check, "code": self.code, "figures": dict(self.figures)}


@dataclass(frozen=True, kw_only=True)
class ExplainedFinding:
    """A result in the reader's language."""

    check: str
    name: str
    code: str
    is_ok: bool
    cause: str
    remedy: str
    who: str
    who_name: str


def explain_findings(stored: Iterable[Mapping[str, Any]]) -> list[ExplainedFinding]:
    """Return stored results with their sentences, in the reader's language."""
    return [_explain(one) for one in stored]


def _explain(stored: Mapping[str, Any]) -> ExplainedFinding:
    check, code = DomainCheck(stored["check"]), FindingCode(stored["code"])
    text = FINDINGS[code]
    figures = {"name": "", "found": "", "expected": "", "short": "", **stored["figures"]}
    return ExplainedFinding(
        check=check.value,
        name=str(CHECK_NAMES[check][code != FindingCode.OK]),
        code=code.value,
        is_ok=code == FindingCode.OK,
        cause=str(text.cause) % figures,
        remedy=str(text.remedy) % figures,
        who=text.who.value,
        who_name=str(ACTOR_NAMES[text.who]),
    )
