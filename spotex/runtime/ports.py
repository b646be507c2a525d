"""Local TCP ports: the public one checked before anything starts, the inner ones remembered."""

import errno
import json
import socket
from pathlib import Path

from spotex.runtime.errors import StartError
from spotex.runtime.files import write_private


def require_free_port(bind: str, port: int) -> None:
    """Pass when we could listen there.

    Raises:
        StartError: somebody listens there, or we may not.
    """
    problem = _problem_of_port(bind, port)
    if problem == errno.EADDRINUSE:
        raise StartError(
            f"Port {port} on {bind} is taken by another program. "
            f"Choose another one: SPOTEX_PORT={port + 1} make run"
        )
    if problem:
        raise StartError(
            f"Cannot listen on {bind} port {port}: {errno.errorcode.get(problem, problem)}. "
            f"Change SPOTEX_PORT or SPOTEX_BIND."
        )


def remember_ports(path: Path, names: tuple[str, ...]) -> dict[str, int]:
    """Return a free local port for each name, the same as last time wherever it is still free."""
    kept: dict[str, int] = json.loads(path.read_text()) if path.is_file() else {}
    ports = {name: _keep_or_pick(kept.get(name)) for name in names}
    write_private(path, json.dumps(ports))
    return ports


def _keep_or_pick(port: int | None) -> int:
    if port and not _problem_of_port("127.0.0.1", port):
        return port
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _problem_of_port(bind: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
            probe.listen(1)
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0
