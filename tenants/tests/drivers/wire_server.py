"""A small name server that answers from a double's world, in real messages over UDP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from tenants.drivers.dns import Outcome, RecordKind
from tenants.drivers.dns_double import DnsDouble

UNREACHABLE = 22
_RCODES = {
    Outcome.NO_NAME: dns.rcode.NXDOMAIN,
    Outcome.REFUSED: dns.rcode.REFUSED,
    Outcome.SERVER_FAILURE: dns.rcode.SERVFAIL,
    Outcome.LAME: dns.rcode.SERVFAIL,
    Outcome.DNSSEC: dns.rcode.SERVFAIL,
}


@contextmanager
def serving(world: DnsDouble) -> Iterator[str]:
    """Answer on a port of this machine as long as the block lasts; its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, world, ended))
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


def _serve(server: socket.socket, world: DnsDouble, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            wire, client = server.recvfrom(4096)
        except TimeoutError:
            continue
        query = dns.message.from_wire(wire)
        response = _answer(query, world)
        if response is not None:
            server.sendto(response.to_wire(), client)


def _answer(query: dns.message.Message, world: DnsDouble) -> dns.message.Message | None:
    question = query.question[0]
    kind = RecordKind(question.rdtype.name)
    name = question.name.to_text(omit_final_dot=True)
    found = world.look_up(name, kind)
    if found.outcome == Outcome.TIMEOUT:
        return None
    response = dns.message.make_response(query)
    unchecked = bool(query.flags & dns.flags.CD)
    if found.outcome == Outcome.DNSSEC and unchecked:
        return response
    response.set_rcode(_RCODES.get(found.outcome, dns.rcode.NOERROR))
    if found.outcome == Outcome.LAME:
        response.use_edns(0, options=[dns.edns.EDEOption(UNREACHABLE)])
    here = name
    for alias in found.aliases:
        response.answer.append(dns.rrset.from_text(f"{here}.", 5, "IN", "CNAME", f"{alias}."))
        here = alias
    if found.values:
        values = [_write(value, kind) for value in found.values]
        response.answer.append(dns.rrset.from_text(f"{here}.", 5, "IN", kind.value, *values))
    return response


def _write(value: str, kind: RecordKind) -> str:
    if kind == RecordKind.TXT:
        parts = [value[at : at + 200] for at in range(0, len(value), 200)]
        return " ".join('"' + part.replace('"', '\\"') + '"' for part in parts)
    return value
