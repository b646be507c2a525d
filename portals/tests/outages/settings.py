"""Test settings, but with the product's own cache: Redis."""

from __future__ import annotations

from spotex import settings as product
from spotex.settings_test import *  # noqa: F403

CACHES = product.CACHES
STATIC_ROOT = MEDIA_ROOT / "static"  # noqa: F405
