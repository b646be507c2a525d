"""Every file that reaches a browser or a customer's site."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from portals.tests.traces.words import PLATFORM, find_traces

BASE = Path(settings.BASE_DIR)
_DRIVERS = BASE / "hosting" / "drivers"
FOLDERS = [
    BASE / "static" / "dist",
    BASE / "portals" / "static",
    BASE / "spotex" / "runtime" / "pages",
    _DRIVERS / "embedded" / "php",
    _DRIVERS / "docker" / "images" / "wordpress" / "site",
    _DRIVERS / "docker" / "images" / "wordpress" / "lib",
]
OLD_ENTRANCE = "configure.php"
"""Read by sites that an older release made, whose files have the old names."""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(BASE)))
def test_files_name_nobody(folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != OLD_ENTRANCE]

    assert files
    traces = {
        str(file.relative_to(folder)): find_traces(
            str(file.relative_to(folder)) + file.read_bytes().decode("utf-8", "replace"),
            words=[PLATFORM],
        )
        for file in files
    }
    assert {name: found[:3] for name, found in traces.items() if found} == {}
