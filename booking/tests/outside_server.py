"""A calendar server of the tests' own, on this machine, that can also behave badly."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_DRIPS, _PAUSE = 40, 0.05


class Script:
    """What the server answers next, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {"Content-Type": "text/calendar"}
        self.body = b""
        self.mode = ""
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []

    def say(self, body: bytes, *, status: int = 200, mode: str = "", **headers: str) -> None:
        self.body, self.status, self.mode = body, status, mode
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.headers = {"Content-Type": "text/calendar", **named}

    def bomb(self, *, megabytes: int) -> None:
        self.say(gzip.compress(b"A" * megabytes * 1_048_576), content_encoding="gzip")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.is_over = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        script = self.server.script
        script.asked.append({name.lower(): value for name, value in self.headers.items()})
        script.paths.append(self.path)
        self.send_response(script.status)
        for name, value in script.headers.items():
            self.send_header(name, value)
        if script.mode == "dripping headers":
            self._drip()
            return
        if not script.mode:
            self.send_header("Content-Length", str(len(script.body)))
        self.end_headers()
        try:
            self._write(script)
        except OSError:
            return  # the reader went away, as it should

    def _write(self, script: Script) -> None:
        if not script.mode:
            self.wfile.write(script.body)
            return
        while script.mode == "endless" and not self.server.is_over.is_set():
            self.wfile.write(b"X" * 65_536)
        for _number in range(_DRIPS if script.mode == "dripping" else 0):
            self.wfile.write(b"X")
            time.sleep(_PAUSE)

    def _drip(self) -> None:
        """Send one header after the other, and an end that is right."""
        with suppress(OSError):
            for number in range(_DRIPS):
                self.send_header(f"X-Drip-{number}", "X")
                self.flush_headers()
                time.sleep(_PAUSE)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_args: object) -> None:
        return


@contextmanager
def serve() -> Iterator[tuple[str, Script]]:
    """Yield the address of a server and what it says."""
    server = _Server(Script())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/a.ics", server.script
    finally:
        server.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
