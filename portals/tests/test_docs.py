from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
NAMED = re.compile(
    r"`((?:spotex|tenants|hosting|portals|templates|static|docs|bench)/[\w./-]*[\w/])`",
)
EXAMPLES = ("thing", "site_ready", "NNNN")
"""What the recipes tell to create."""


def _ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_named_files_are_there(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))

    wanted = [name for name in named if not any(word in name for word in EXAMPLES)]

    assert [name for name in wanted if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_and_short() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))

    numbers = [int(path.name[:4]) for path in records]

    assert numbers == sorted(set(numbers))
    assert [p.name for p in records if len(p.read_text().splitlines()) > 60] == []


def test_decisions_that_the_code_names_are_written() -> None:
    records = {path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")}
    named = {
        number
        for folder in ("spotex", "tenants", "hosting", "portals")
        for path in (ROOT / folder).rglob("*.py")
        for number in re.findall(r"ADR (\d{4})", path.read_text(encoding="utf-8"))
    }

    assert named - records == set()
