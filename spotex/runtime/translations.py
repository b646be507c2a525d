"""Message catalogues compiled where they are newer than what was compiled from them."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from spotex.runtime.config import REPOSITORY

_LOCALE = REPOSITORY / "spotex" / "locale"


def compile_translations(directory: Path = _LOCALE) -> int:
    """Compile every stale catalogue below a directory and return how many there were."""
    stale = [po for po in sorted(directory.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    for po in stale:
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        draft = po.with_suffix(f".mo.{os.getpid()}")  # two starts may do this at once
        with draft.open("wb") as target:
            write_mo(target, catalogue)
        draft.replace(po.with_suffix(".mo"))
    return len(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
