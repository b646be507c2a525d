"""Fixtures of the runtime's tests: they start real programs, and need no Django database."""

import os
import socket
from pathlib import Path

import pytest

from spotex.runtime.config import RuntimeConfig, read_config


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def config(tmp_path_factory, free_port) -> RuntimeConfig:
    """An installation in a directory with a short name."""
    data_dir = tmp_path_factory.mktemp("d")
    environ = {
        "SPOTEX_DATA_DIR": str(data_dir),
        "SPOTEX_SITES_DIR": str(data_dir / "sites"),
        "SPOTEX_PORT": str(free_port),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
    }
    return read_config(environ)
