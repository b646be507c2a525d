"""A mail server that keeps nothing but the Message-ID of each mail."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from typing import Final

_GREETING: Final = b"220 sink\r\n"
_OK: Final = b"250 ok\r\n"


class _Talk(socketserver.StreamRequestHandler):
    server: MailSink

    def handle(self) -> None:
        self.wfile.write(_GREETING)
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._read_mail()
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(_OK)

    def _read_mail(self) -> None:
        name = ""
        while (line := self.rfile.readline()) and line != b".\r\n":
            if line.lower().startswith(b"message-id:") and not name:
                name = line.partition(b":")[2].decode().strip()
        if line:  # else the sender died in the middle: it was never taken
            self.server.taken[name] += 1


class MailSink(socketserver.ThreadingTCPServer):
    """Takes every mail and counts it by its Message-ID."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])
