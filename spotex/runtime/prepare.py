"""What Django needs before it serves: tables, collected files, a world to look at.

Each step runs when the state it depends on has changed since it was done, so that a second start
spends no time on it. Stamps live beside the data; real servers are asked every time.
"""

import json
import sys
from collections.abc import Mapping

import psycopg

from spotex.runtime.commands import run_command
from spotex.runtime.config import REPOSITORY, RuntimeConfig
from spotex.runtime.console import Console
from spotex.runtime.errors import StartError
from spotex.runtime.files import Stamp, digest_files, write_private


class Preparation:
    """The Django steps of one start."""

    def __init__(
        self, config: RuntimeConfig, environ: Mapping[str, str], *, console: Console
    ) -> None:
        self._config = config
        self._environ = environ
        self._console = console
        self._stamps = config.data_dir / "stamps"

    def migrate(self) -> None:
        """Bring the public schema and every agency up to date."""
        digest = digest_files(
            [*REPOSITORY.glob("*/**/migrations/*.py"), REPOSITORY / "requirements.txt"]
        )
        stamp = Stamp(self._stamps, "migrated")
        if self._config.database_url or not stamp.is_current(digest):
            self._console.step("Migrating the database")
            self._manage("migrate_schemas", purpose="Migrating the database")
            stamp.set(digest)

    def collect_static(self) -> None:
        """Collect the static files of all applications."""
        digest = digest_files([REPOSITORY / "static" / "dist", REPOSITORY / "requirements.txt"])
        stamp = Stamp(self._stamps, "static")
        if not stamp.is_current(digest) or not (self._config.data_dir / "static").is_dir():
            self._console.step("Collecting static files")
            arguments = ("collectstatic", "--noinput", "--clear", "-v", "0")
            self._manage(*arguments, purpose="Collecting static files")
            stamp.set(digest)

    def seed(self) -> None:
        """Build the demo world in an empty database; go on with one that was interrupted."""
        stamp = Stamp(self._stamps, "seeded")
        if self._config.mode != "development" or stamp.is_current("done"):
            return
        if stamp.is_current("begun") or self._has_no_users():
            stamp.set("begun")
            self._console.step("Building the demo world")
            self._manage("seed_demo", purpose="Building the demo world")
            stamp.set("done")

    def read_logins(self) -> list[dict[str, str]]:
        """Return who may log in to the demo world, and how; nothing where there is none."""
        if self._config.mode != "development":
            return []
        kept = self._stamps / f"logins-{self._config.base_domain}-{self._config.port}.json"
        try:
            if not kept.is_file():
                said = self._manage("seed_demo", "--print-logins", purpose="Reading the log-ins")
                write_private(kept, said)
            logins: list[dict[str, str]] = json.loads(kept.read_text())
        except (StartError, ValueError):
            return []
        return logins

    def _has_no_users(self) -> bool:
        with psycopg.connect(self._environ["DATABASE_URL"], connect_timeout=5) as connection:
            found = connection.execute("SELECT 1 FROM tenants_user LIMIT 1").fetchone()
        return found is None

    def _manage(self, *arguments: str, purpose: str) -> str:
        command = [sys.executable, str(REPOSITORY / "manage.py"), *arguments]
        return run_command(command, purpose=purpose, environ=self._environ, directory=REPOSITORY)
