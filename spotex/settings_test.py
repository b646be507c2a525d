"""Faster settings for tests; everything else is as in the product."""

from __future__ import annotations

import tempfile
from pathlib import Path

from spotex.configuration.api import SPECTACULAR_SETTINGS
from spotex.settings import *  # noqa: F403
from spotex.settings import CACHES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    alias: {
        **options,
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": alias,
    }
    for alias, options in CACHES.items()
}
SPECTACULAR_SETTINGS = {**SPECTACULAR_SETTINGS}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="spotex-media-"))
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
SPOTEX_LISTEN_FOR_HOSTS = False
SPOTEX_CALLER_SECONDS = 0.0
SPOTEX_SITE_ENGINE = "fake"
SPOTEX_DNS_DRIVER = "double"
SPOTEX_DOMAIN_ADDRESSES = ["192.0.2.10"]
SPOTEX_SPARE_SCHEMAS = 0
SPOTEX_SIGNUPS_PER_HOUR = SPOTEX_INVITATIONS_PER_HOUR = SPOTEX_INVITATIONS_PER_RECIPIENT = 10_000
STATIC_ROOT = Path(tempfile.mkdtemp(prefix="spotex-static-"))
SPOTEX_DEMAND_SECONDS = 0.0
