"""A FastCGI client just large enough to ask a site's process for one page.

Source: https://fastcgi-archives.github.io/FastCGI_Specification.html
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_VERSION: Final = 1
_BEGIN, _END, _PARAMS, _STDIN, _STDOUT = 1, 3, 4, 5, 6
_RESPONDER: Final = 1
_REQUEST_ID: Final = 1
_MOST_BYTES: Final = 2_000_000


@dataclass(frozen=True)
class Answer:
    """Status, headers (lower-case names) and the beginning of the body."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask_process(
    address: Path,
    params: dict[str, str],
    *,
    body: bytes = b"",
    timeout: float = 30.0,
) -> Answer:
    """Send one request to a FastCGI socket and return the answer.

    Raises:
        OSError: nobody listens, or the answer is late or cut off.
    """
    sent = {**params, "CONTENT_LENGTH": str(len(body)), "GATEWAY_INTERFACE": "CGI/1.1"}
    packed = b"".join(_pack_pair(name, value) for name, value in sent.items())
    request = (
        _record(_BEGIN, struct.pack("!HB5x", _RESPONDER, 0))
        + _stream(_PARAMS, packed)
        + _stream(_STDIN, body)
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(timeout)
        link.connect(str(address))
        link.sendall(request)
        return _parse(_receive(link))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("!BBHHBx", _VERSION, kind, _REQUEST_ID, len(content), 0) + content


def _stream(kind: int, content: bytes) -> bytes:
    size = 65_000
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    return b"".join(_record(kind, piece) for piece in [*pieces, b""])


def _pack_pair(name: str, value: str) -> bytes:
    pair = (name.encode(), value.encode())
    return b"".join(_pack_length(len(part)) for part in pair) + b"".join(pair)


def _pack_length(length: int) -> bytes:
    return bytes([length]) if length < 128 else struct.pack("!I", length | 0x8000_0000)


def _receive(link: socket.socket) -> bytes:
    found = bytearray()
    with link.makefile("rb") as stream:
        while True:
            header = stream.read(8)
            if len(header) < 8:
                message = "the process closed the connection before its answer was complete"
                raise ConnectionResetError(message)
            _, kind, _, length, padding = struct.unpack("!BBHHBx", header)
            content = stream.read(length + padding)[:length]
            if kind == _STDOUT and len(found) < _MOST_BYTES:
                found += content
            if kind == _END:
                return bytes(found)


def _parse(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    status = headers.get("status", "200").split(" ", 1)[0]
    return Answer(int(status) if status.isdigit() else 502, headers, body)
