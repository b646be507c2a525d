"""Real look-ups: messages to resolvers, bounded in time, with the reason of a failure told apart."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from tenants.drivers.dns import Answer, Outcome, RecordKind

QUESTION_SECONDS: Final = 2.0
BUDGET_SECONDS: Final = 12.0
"""For all look-ups of one client together."""

_PORT: Final = 53
_UNREACHABLE: Final = frozenset({22, 23})
"""Extended errors "no reachable authority" and "network error". Source: RFC 8914 §4."""

_DNSSEC: Final = frozenset({1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 25, 27})
"""Extended errors about signatures. Source: RFC 8914 §4."""


class WireDns:
    """Asks resolvers in turn until one answers; made anew for each inspection."""

    def __init__(
        self, resolvers: Sequence[str] = (), *, budget_seconds: float = BUDGET_SECONDS
    ) -> None:
        """Choose the resolvers, those of the system for none."""
        given = resolvers or [str(one) for one in _list_system_resolvers()]
        self._servers = [_split(one) for one in given]
        self._deadline = time.monotonic() + budget_seconds

    def look_up(self, name: str, kind: RecordKind) -> Answer:
        """Return what DNS says of a name."""
        try:
            query = dns.message.make_query(name, kind.value, use_edns=0, payload=1232)
        except dns.exception.DNSException:
            return Answer(outcome=Outcome.NO_NAME)
        query.flags |= dns.flags.AD
        response = self._ask(query)
        if response is None:
            return Answer(outcome=Outcome.TIMEOUT)
        if response.rcode() == dns.rcode.SERVFAIL:
            return Answer(outcome=self._explain(query, response))
        if response.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            return Answer(outcome=Outcome.REFUSED)
        return self._read(response, kind)

    def _ask(self, query: dns.message.Message) -> dns.message.Message | None:
        """Return the first useful response; a server that refuses counts if all do."""
        last: dns.message.Message | None = None
        for host, port in self._servers:
            left = min(QUESTION_SECONDS, self._deadline - time.monotonic())
            if left <= 0:
                break
            try:
                response, _ = dns.query.udp_with_fallback(query, host, timeout=left, port=port)
            except (OSError, dns.exception.DNSException):
                continue
            if response.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
                return response
            last = response
        return last

    def _explain(self, query: dns.message.Message, response: dns.message.Message) -> Outcome:
        """Tell why a resolver failed: signatures are at fault if it answers without checking."""
        codes = {
            int(option.code)
            for option in response.options
            if isinstance(option, dns.edns.EDEOption)
        }
        if codes & _DNSSEC:
            return Outcome.DNSSEC
        query.flags |= dns.flags.CD
        unchecked = self._ask(query)
        if unchecked is not None and unchecked.rcode() == dns.rcode.NOERROR:
            return Outcome.DNSSEC
        return Outcome.LAME if codes & _UNREACHABLE else Outcome.SERVER_FAILURE

    @staticmethod
    def _read(response: dns.message.Message, kind: RecordKind) -> Answer:
        try:
            chain = cast("dns.message.QueryMessage", response).resolve_chaining()
        except dns.exception.DNSException:
            return Answer(outcome=Outcome.SERVER_FAILURE)
        aliases = [
            alias.target.to_text(omit_final_dot=True).lower()
            for rrset in chain.cnames
            for alias in rrset
        ]
        if chain.answer:
            values = [_write(one, kind) for one in chain.answer]
            return Answer(outcome=Outcome.FOUND, values=values, aliases=aliases)
        missing = response.rcode() == dns.rcode.NXDOMAIN
        return Answer(outcome=Outcome.NO_NAME if missing else Outcome.EMPTY, aliases=aliases)


def _write(record: object, kind: RecordKind) -> str:
    if kind == RecordKind.TXT:
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
    if kind == RecordKind.CNAME:
        return str(record.target.to_text(omit_final_dot=True)).lower()  # type: ignore[attr-defined]
    return str(record)


def _list_system_resolvers() -> Sequence[object]:
    try:
        return dns.resolver.Resolver().nameservers
    except dns.exception.DNSException:  # no usable resolv.conf
        return []


def _split(server: str) -> tuple[str, int]:
    """Return host and port of ``1.2.3.4``, ``1.2.3.4:53``, ``::1`` or ``[::1]:53``."""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, int(port.removeprefix(":") or _PORT)
    if server.count(":") == 1:
        host, _, port = server.partition(":")
        return host, int(port)
    return server, _PORT
