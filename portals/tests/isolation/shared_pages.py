"""The cases of pages that several portals have."""

from __future__ import annotations

from typing import Any

from portals.tests.isolation.case import Case, page
from tenants.permissions import Permission


def feed_pages(word: str, **body: Any) -> dict[str, Case]:
    """Return the pages about calendar feeds."""
    return {
        "feed-list": page(POST=body),
        "feed-created": Case(ids={"public_id": word}, own=True),
        "feed-renew": Case(ids={"public_id": word}, bodies={"POST": {}}, own=True),
        "feed-revoke": Case(ids={"public_id": word}, bodies={"POST": {}}, own=True),
    }


def view_pages(word: str) -> dict[str, Case]:
    """Return the pages about a shared view."""
    shared = {"POST": Permission.VIEW_SHARE}
    return {
        "view-create": page(POST={"list": "SITES", "name": "Nuova", "search": "x"}),
        "view-detail": page(word, needs=shared, POST={"name": "Altra", "is_shared": "on"}),
        "view-query": page(word, needs=shared, POST={"search": "y"}),
        "view-default": page(word, POST={"is_default": "1"}),
        "view-delete": page(word, needs=shared, POST={}),
    }
