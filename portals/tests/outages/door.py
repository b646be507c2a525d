"""A door in front of a server: while it is shut, nobody gets in and whoever is inside is cut off."""

from __future__ import annotations

import contextlib
import socket
import threading


class Door:
    """Forwards a port of its own to a server."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._talks: list[socket.socket] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._welcome, args=[self._listener], daemon=True).start()

    def shut(self) -> None:
        for one in (self._listener, *self._talks):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._talks.clear()

    def _welcome(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                guest, _address = listener.accept()
                server = socket.create_connection(self._target)
                self._talks += [guest, server]
                for one, other in ((guest, server), (server, guest)):
                    threading.Thread(target=_copy, args=[one, other], daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
