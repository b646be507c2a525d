"""The package manager of Debian and its relatives, used without starting any daemon."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from spotex.runtime.commands import run_command, succeeds
from spotex.runtime.errors import StartError

_POLICY = Path("/usr/sbin/policy-rc.d")
_OPTIONS = ("-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")


def install_packages(packages: Sequence[str]) -> None:
    """Install packages of the system.

    Raises:
        StartError: we may not, or it failed; the message names the command for a person to run.
    """
    by_hand = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise StartError(f"Install the equivalents of: {' '.join(packages)}")
    if not may_install():
        raise StartError(f"Run as root: {by_hand}")
    install = ["apt-get", "install", *_OPTIONS, *packages]
    with _no_daemons():
        if not succeeds(_as_root(install)):
            run_command(_as_root(["apt-get", "update", "-q"]), purpose="apt-get update")
            run_command(_as_root(install), purpose=by_hand)


def may_install() -> bool:
    """Tell whether we are root or may become root without a question."""
    return os.geteuid() == 0 or bool(shutil.which("sudo") and succeeds(["sudo", "-n", "true"]))


def _as_root(command: Sequence[str]) -> list[str]:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", *command]
    return quiet if os.geteuid() == 0 else ["sudo", "-n", *quiet]


@contextmanager
def _no_daemons() -> Iterator[None]:
    """Forbid packages to start their daemons while they are being installed."""
    if _POLICY.exists():
        yield
        return
    with NamedTemporaryFile("w") as draft:
        draft.write("#!/bin/sh\nexit 101\n")
        draft.flush()
        install = ["install", "-m", "755", draft.name, str(_POLICY)]
        run_command(_as_root(install), purpose="Keeping new daemons from starting")
    try:
        yield
    finally:
        run_command(_as_root(["rm", "-f", str(_POLICY)]), purpose="Removing policy-rc.d")
