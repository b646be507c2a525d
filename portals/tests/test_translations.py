from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "spotex" / "locale" / "it" / "LC_MESSAGES" / "django.po"
FOLDERS = ("spotex", "tenants", "hosting", "booking", "catalog", "support", "portals", "templates")
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
RENEW = "run makemessages as CONTRIBUTING.md says, and translate what is new"

Key = tuple[str | None, str]


def _entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUE)))


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_nothing_is_missing_fuzzy_or_left_over() -> None:
    entries = _entries()

    assert len(entries) > 500
    assert [entry.msgid for entry in entries if not all(_texts(entry))] == []
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries if entry.obsolete] == []


def test_placeholders_are_those_of_the_original() -> None:
    wrong = [
        entry.msgid
        for entry in _entries()
        for text in _texts(entry)
        if set(PLACEHOLDER.findall(text))
        != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]

    assert wrong == []


def test_line_breaks_at_the_ends_are_kept() -> None:
    wrong = [
        entry.msgid
        for entry in _entries()
        for text in _texts(entry)
        if (text.startswith("\n"), text.endswith("\n"))
        != (entry.msgid.startswith("\n"), entry.msgid.endswith("\n"))
    ]

    assert wrong == []


def _extract(folder: Path) -> set[Key]:
    files = []
    for name in FOLDERS:
        files += [p for p in (ROOT / name).rglob("*.py") if "/tests/" not in p.as_posix()]
    for number, path in enumerate(sorted((ROOT / "templates").rglob("*.*"))):
        if path.suffix in {".html", ".txt", ".subject"}:
            code = folder / f"template_{number}.py"
            code.write_text(templatize(path.read_text(encoding="utf-8")), encoding="utf-8")
            files.append(code)
    listing = folder / "files"
    listing.write_text("\n".join(map(str, files)), encoding="utf-8")
    subprocess.run(
        [
            "xgettext",
            "--language=Python",
            "--from-code=UTF-8",
            f"--output={folder / 'fresh.pot'}",
            f"--files-from={listing}",
            *(f"--keyword={keyword}" for keyword in KEYWORDS),
        ],
        check=True,
        capture_output=True,
    )
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(folder / "fresh.pot"))}


@pytest.mark.skipif(
    not (shutil.which("xgettext") or os.environ.get("SPOTEX_CI")),
    reason="xgettext is not installed",
)
def test_catalogue_has_exactly_the_texts_in_use(tmp_path: Path) -> None:
    fresh = _extract(tmp_path)
    known = {(entry.msgctxt, entry.msgid) for entry in _entries()}

    assert fresh - known == set(), RENEW
    assert known - fresh == set(), RENEW


def test_compiled_catalogue_is_used() -> None:
    with override("it"):
        assert gettext("There is no such site.") == "Questo sito non esiste."


def test_languages_of_the_product() -> None:
    assert dict(settings.LANGUAGES) == {"it": "Italiano", "en": "English"}


def test_texts_are_asked_for_by_names_that_are_collected() -> None:
    """What is imported under another name than ``_`` never gets into the catalogue."""
    found = [
        f"{path.relative_to(ROOT)}: {alias}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for alias in re.findall(
            r"^from django\.utils\.translation import \w*gettext\w* as (?!_$)\w+",
            path.read_text(),
            re.MULTILINE,
        )
    ]

    assert found == []
