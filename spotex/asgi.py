"""Entry point of live updates: one small process without Django's request cycle."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")
django.setup()

from portals.realtime.hub import application  # noqa: E402  settings come first

__all__ = ["application"]
