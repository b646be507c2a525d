"""Running our own PHP programs as a site, inside the same fence as the site's other PHP."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hosting.drivers.base import CopyFailed, EngineTimeout, InstallFailed
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.fpm import SharedParts, list_php_values
from hosting.drivers.embedded.paths import SitePaths
from hosting.drivers.embedded.users import SiteUser
from spotex.runtime.deathsig import die_with_parent


@dataclass(frozen=True, kw_only=True)
class SitePhp:
    """Everything that it takes to run PHP as one site."""

    config: EngineConfig
    site: SitePaths
    parts: SharedParts
    user: SiteUser

    def run(
        self,
        script: str,
        wanted: Mapping[str, Any],
        *,
        reads: Iterable[Path] = (),
        failure: type[InstallFailed | CopyFailed] = CopyFailed,
    ) -> dict[str, Any]:
        """Run one of our programs with values and return its answer.

        Args:
            script: its name in our folder of PHP files.
            wanted: goes in as JSON.
            reads: folders that it may open besides the site's own.
            failure: what to raise when it says no, or says nothing.

        Raises:
            InstallFailed, CopyFailed: see ``failure``.
            EngineTimeout: it did not end.
        """
        values = {
            **dict(list_php_values(self.site, self.parts)),
            "memory_limit": "256M",
            "display_errors": "stderr",
            "error_log": "",
        }
        values["open_basedir"] += "".join(f":{folder}/" for folder in reads)
        flags = [part for key, value in values.items() for part in ("-d", f"{key}={value}")]
        seconds = self.config.install_seconds
        try:
            done = subprocess.run(  # noqa: S603  our own program and typed values, no shell
                [str(self.parts.php.cli), *flags, str(self.parts.own_php / script)],
                input=json.dumps(wanted),
                capture_output=True,
                text=True,
                timeout=seconds,
                cwd=self.site.root,
                env={"TMPDIR": str(self.site.tmp), "LANG": "C.UTF-8"},
                preexec_fn=partial(die_with_parent, signal.SIGKILL),
                check=False,
                **self.user.spawn_options(),
            )
        except subprocess.TimeoutExpired as error:
            raise EngineTimeout(seconds=int(seconds)) from error
        return _read_answer(done, failure)


def _read_answer(
    done: subprocess.CompletedProcess[str],
    failure: type[InstallFailed | CopyFailed],
) -> dict[str, Any]:
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            if answer.get("ok"):
                return answer
            raise failure(detail=str(answer.get("detail", ""))[:300])
    said = (done.stderr or done.stdout).strip().splitlines()[:2]
    raise failure(detail=" · ".join(said)[:300] or f"PHP ended with {done.returncode}")
