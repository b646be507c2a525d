"""From events to topics."""

from __future__ import annotations
