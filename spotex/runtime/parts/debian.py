"""Files of Debian packages of another suite, downloaded without touching the system.

A private apt configuration looks at that suite on the mirror that this machine's own apt already
uses; packages are verified by apt against Debian's keys and unpacked, never installed.
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from spotex.runtime.commands import run_command
from spotex.runtime.errors import StartError

_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TARGETS = ("apt-get", "indextargets", "--format", "$(SITE)|$(ORIGIN)|$(COMPONENT)")


class DebianSuite:
    """One suite of the Debian archive, seen through a private apt configuration."""

    def __init__(self, suite: str, *, directory: Path) -> None:
        """Fetch the list of packages of the suite.

        Raises:
            StartError: no Debian mirror is known here, or it does not answer.
        """
        self._directory = directory
        for name in ("lists/partial", "cache/archives/partial", "debs"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        line = f"deb [signed-by={_KEYS}] {find_mirror()} {suite} main\n"
        (directory / "sources.list").write_text(line)
        self._apt("apt-get", "update", purpose=f"Reading the packages of Debian {suite}")

    def show(self, package: str) -> dict[str, str]:
        """Return the fields of the newest version of a package."""
        said = self._apt("apt-cache", "show", package, purpose=f"Looking for {package}")
        record = said.strip().split("\n\n")[0]
        return dict(re.findall(r"^(\S+): (.*)$", record, re.MULTILINE))

    def unpack(self, packages: Sequence[str], *, into: Path) -> None:
        """Download packages and unpack them side by side."""
        purpose = f"Downloading {packages[0]}"
        debs = self._directory / "debs"
        self._apt("apt-get", "download", *packages, purpose=purpose, directory=debs)
        for deb in sorted(debs.glob("*.deb")):
            run_command(["dpkg", "-x", deb, into], purpose=f"Unpacking {deb.name}")

    def _apt(
        self, program: str, *arguments: str, purpose: str, directory: Path | None = None
    ) -> str:
        options = {
            "Dir::Etc::sourcelist": self._directory / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": self._directory / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self._directory / "cache",
            "Acquire::Languages": "none",
            **({"APT::Sandbox::User": "root"} if os.geteuid() == 0 else {}),
        }
        flags = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        command = [program, *flags, "-q", *arguments]
        return run_command(command, purpose=purpose, directory=directory)


def find_mirror() -> str:
    """Return the address of the Debian mirror that this machine uses."""
    if not shutil.which("apt-get") or not _KEYS.exists():
        raise StartError("This is no Debian: name a directory or zip in SPOTEX_WORDPRESS_SOURCE.")
    lines = run_command(_TARGETS, purpose="Reading the sources of apt").splitlines()
    targets = {tuple(line.split("|")) for line in lines if line.count("|") == 2}
    sites = sorted(
        site
        for site, origin, component in targets
        if origin in {"Debian", ""} and component == "main" and site.rstrip("/").endswith("debian")
    )
    if not sites:
        raise StartError("No Debian mirror is configured here; set SPOTEX_WORDPRESS_SOURCE.")
    return sites[0]
