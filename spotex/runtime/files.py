"""Private files, secrets made once, stamps that say what is up to date, the lock of a directory."""

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from spotex.runtime.errors import StartError


def make_passable_dir(path: Path) -> Path:
    """Create a directory that others may pass through, but not look around in, if we are root.

    Root gives every hosted site a user of its own; that user has to reach the site's files.

    Raises:
        StartError: it cannot be created, or exists and belongs to somebody else.
    """
    make_private_dir(path)
    if os.geteuid() == 0:
        path.chmod(0o711)
    return path


def is_walkable(folder: Path) -> bool:
    """Tell whether any user may reach what lies below the folder, as far as it exists."""
    resolved = folder.resolve()
    steps = (step for step in (resolved, *resolved.parents) if step.exists())
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps)


def make_private_dir(path: Path) -> Path:
    """Create a directory that only we may enter.

    Raises:
        StartError: it cannot be created, or exists and belongs to somebody else.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"Cannot create {path}: {error.strerror}.") from error
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise StartError(f"{path} belongs to somebody else; choose another directory.")
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only we may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def keep_secret(data_dir: Path, name: str) -> str:
    """Return a secret of this installation, made the first time it is asked for."""
    path = make_private_dir(data_dir / "secrets") / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


@contextmanager
def lock_directory(data_dir: Path) -> Iterator[None]:
    """Hold the data directory: only one supervisor may use it.

    Raises:
        StartError: another supervisor holds it.
    """
    make_passable_dir(data_dir)
    with (data_dir / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "?"
            raise StartError(
                f"Spotex is already running on {data_dir} (process {holder}). Stop it, or choose "
                f"another SPOTEX_DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_locked(data_dir: Path) -> bool:
    """Tell whether a supervisor holds this data directory now."""
    path = data_dir / "supervisor.lock"
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class Stamp:
    """Remembers for what state of its inputs a step was done last."""

    def __init__(self, directory: Path, name: str) -> None:
        self._path = directory / name

    def is_current(self, digest: str) -> bool:
        """Tell whether the step was done for exactly this state."""
        return self._path.is_file() and self._path.read_text() == digest

    def set(self, digest: str) -> None:
        """Remember that the step was done for this state."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(digest)


def digest_files(paths: Iterable[Path]) -> str:
    """Return one digest of the names and the contents of files; directories are walked."""
    total = hashlib.sha256()
    for path in sorted({file for start in paths for file in _files_at(start)}):
        total.update(str(path).encode() + b"\0" + digest_file(path).encode() + b"\0")
    return total.hexdigest()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files_at(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file())
    elif path.is_file():
        yield path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until nobody else does what this lock file stands for, then hold it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_read_only(tree: Path) -> None:
    """Take the right to write from every file and directory of a tree."""
    for directory, _, names in os.walk(tree, topdown=False):
        for name in names:
            Path(directory, name).chmod(0o444)
        Path(directory).chmod(0o555)


def remove_tree(tree: Path) -> None:
    """Remove a tree, read-only directories included."""
    for directory, _, _ in os.walk(tree):
        Path(directory).chmod(0o700)
    shutil.rmtree(tree, ignore_errors=True)
