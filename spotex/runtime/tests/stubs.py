"""Stand-ins for the processes behind the proxy: they answer over unix sockets."""

import contextlib
import http.client
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextlib.contextmanager
def serve(path: Path, answer: Answer) -> Iterator[None]:
    """Answer every request on a unix socket with ``answer``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def address_string(self) -> str:
            return "unix"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    with UnixServer(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield
        server.shutdown()
        thread.join()


def reply(handler: BaseHTTPRequestHandler, body: bytes, **headers: str) -> None:
    handler.send_response(200)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def echo(handler: BaseHTTPRequestHandler) -> None:
    """Answer with what arrived; ask for the live process on /live/…; count what is posted."""
    length = int(handler.headers.get("Content-Length") or 0)
    got = len(handler.rfile.read(length))
    said = {"by": "web", "path": handler.path, "headers": dict(handler.headers), "got": got}
    extra = {"X_Live_Ticket": "granted-7"} if handler.path.startswith("/live/") else {}
    body = json.dumps(said | {"padding": "x" * 2000}).encode()
    reply(handler, body, Content_Type="application/json", **extra)


def raw_request(port: int, head: str) -> tuple[int, dict[str, str], bytes]:
    """Send a request exactly as written and return status, headers and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(head.encode("latin-1"))
        response = http.client.HTTPResponse(client)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read()
