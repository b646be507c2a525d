"""The drop-in that lets WordPress run on SQLite, taken out of an npm package and verified."""

import base64
import hashlib
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from spotex.runtime.commands import run_command
from spotex.runtime.config import RuntimeConfig
from spotex.runtime.errors import StartError
from spotex.runtime.files import make_read_only
from spotex.runtime.node import find_node

NAME = "sqlite-database-integration"
_PACKAGE = "@wp-playground/cli@3.1.56"
_INTEGRITY = "sha512-JTxl6djPEM2YRYz/w+BUoyoCvhSGHIjqMi4fMV1b8o1UPNvZatLaS7opo57UsrVElXrfdZwvi6IuyS4LswUx9Q=="
_MEMBER = f"package/{NAME}.zip"


def install_sqlite_drop_in(config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of the drop-in and name where it came from.

    Raises:
        StartError: it cannot be downloaded, or is not what was pinned.
    """
    target = config.wordpress_dir / NAME
    cached = config.cache_dir / "wordpress" / NAME
    if not cached.is_dir():
        tell("Fetching the SQLite drop-in")
        _fetch(cached)
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{NAME}.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(cached, draft)
        draft.rename(target)
    return f"from {_PACKAGE}"


def _fetch(target: Path) -> None:
    """Download only the package itself: what it depends on is a gigabyte that is not needed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    node = find_node()
    with TemporaryDirectory(dir=target.parent) as directory:
        run_command(
            [*node.npm, "pack", "--silent", _PACKAGE],
            purpose=f"Downloading {_PACKAGE}",
            environ=node.environ(os.environ),
            directory=Path(directory),
        )
        archive = next(Path(directory).glob("*.tgz"))
        require_integrity(archive)
        _unpack(archive, into=target, directory=Path(directory))


def require_integrity(archive: Path) -> None:
    """Pass when the archive is exactly the one that was pinned.

    Raises:
        StartError: it is another one.
    """
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != _INTEGRITY:
        raise StartError(f"{_PACKAGE} is not the file that was pinned; it is not used.")


def _unpack(archive: Path, *, into: Path, directory: Path) -> None:
    with tarfile.open(archive) as tar:
        member = tar.extractfile(_MEMBER)
        if member is None:
            raise StartError(f"{_PACKAGE} has no {_MEMBER}.")
        with member, zipfile.ZipFile(member) as bundle:
            bundle.extractall(directory)  # noqa: S202 - verified above
    unpacked = directory / f"plugin-{NAME}"
    make_read_only(unpacked)
    unpacked.chmod(0o755)
    unpacked.rename(into)
    into.chmod(0o555)
