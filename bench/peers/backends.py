"""Connections of the stock backends, beside ours, to the same server."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PlainWrapper
from django_tenants.postgresql_backend.base import DatabaseWrapper as StockWrapper


def open_plain(settings: dict[str, Any]) -> Any:
    """Return a connection of Django itself: one schema for everybody."""
    return PlainWrapper(dict(settings), "plain")


def open_stock(settings: dict[str, Any]) -> Any:
    """Return a connection of django-tenants, with its own defaults."""
    return StockWrapper(dict(settings), "stock")
