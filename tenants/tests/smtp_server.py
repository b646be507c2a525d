"""A small SMTP server that can be told to fail: real sockets, no mail leaves the machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Post:
    """What the server does with the next mails, and what it took."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    """Answers to the next mails' recipients, such as ``451 later``; ``hang`` never answers."""

    taken: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 test")
        for line in self.rfile:
            word = line[:4].upper().strip().decode("latin-1")
            if word == "RCPT":
                self._judge()
            elif word == "DATA":
                self._take()
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _judge(self) -> None:
        post = self.server.post
        answer = post.answers.pop(0) if post.answers else "250 ok"
        if answer == "hang":
            post.stopped.wait(30)
        self._say(answer)

    def _take(self) -> None:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.post.taken.append(b"".join(lines).decode())
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running_post() -> Iterator[Post]:
    """Run the server on a free port until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.post = Post(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.post
        finally:
            server.post.stopped.set()
            server.shutdown()
