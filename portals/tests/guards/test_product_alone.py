"""The product runs without the tools of its developers."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

TOOLS = ("pytest", "factory", "hypothesis", "playwright", "polib", "schemathesis", "time_machine")
START = """
import sys
for name in {tools!r}:
    sys.modules[name] = None  # an import of it fails, as where it was never installed
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
"""


def test_the_product_starts_without_the_tools_for_tests() -> None:
    started = subprocess.run(
        [sys.executable, "-c", START.format(tools=TOOLS)],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "spotex.settings", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (started.returncode, started.stderr.count("Traceback")) == (0, 0), started.stderr[-2000:]
