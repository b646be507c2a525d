"""axe-core on a page: what a person with a disability would stumble over."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .map(one => `${one.id}: ` + one.nodes.map(node => node.target.join(' ')).join(' | '))"""


@lru_cache(maxsize=1)
def _source() -> str:
    path = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
    return path.read_text(encoding="utf-8")


def list_violations(page: Page) -> list[str]:
    """Return every broken rule with the elements that break it."""
    page.evaluate(_source())
    return [f"{page.url} {text}" for text in page.evaluate(_RUN)]
