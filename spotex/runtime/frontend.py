"""The front end: packages fetched and files built, only when something they depend on changed."""

from collections.abc import Callable, Mapping
from pathlib import Path

from spotex.runtime.commands import run_command
from spotex.runtime.config import REPOSITORY
from spotex.runtime.files import Stamp, digest_files, exclusive
from spotex.runtime.node import find_node

_PACKAGES = ("package.json", "package-lock.json", ".npmrc")
_SOURCES = ("static/src", "templates", "portals")


def build_front_end(environ: Mapping[str, str], *, tell: Callable[[str], None]) -> int:
    """Fetch and build what is stale, tell what takes time, return 0.

    Raises:
        StartError: npm failed; the message ends with what it said.
    """
    modules = REPOSITORY / "node_modules"
    with exclusive(modules / ".spotex-lock"):
        _fetch_packages(modules, environ, tell=tell)
        _build_files(modules, environ, tell=tell)
    return 0


def _fetch_packages(
    modules: Path, environ: Mapping[str, str], *, tell: Callable[[str], None]
) -> None:
    digest = digest_files(REPOSITORY / name for name in _PACKAGES)
    stamp = Stamp(modules, ".spotex-packages")
    if not stamp.is_current(digest):
        tell("Fetching the front-end packages")
        _run_npm("ci", environ=environ, purpose="Fetching the front-end packages")
        stamp.set(digest)


def _build_files(modules: Path, environ: Mapping[str, str], *, tell: Callable[[str], None]) -> None:
    sources = (REPOSITORY / name for name in (*_PACKAGES, *_SOURCES))
    digest = digest_files(path for path in sources if path.exists())
    stamp = Stamp(modules, ".spotex-built")
    if not stamp.is_current(digest) or not (REPOSITORY / "static" / "dist").is_dir():
        tell("Building the front end")
        _run_npm("run", "build", environ=environ, purpose="Building the front end")
        stamp.set(digest)


def _run_npm(*arguments: str, environ: Mapping[str, str], purpose: str) -> None:
    node = find_node()
    run_command(
        [*node.npm, *arguments],
        purpose=purpose,
        environ=node.environ(environ),
        directory=REPOSITORY,
    )
