"""Which engine runs a site."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from hosting.drivers.base import SiteEngine
from hosting.drivers.embedded.config import read_engine_config
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.fake import FakeEngine

_fake = FakeEngine()
_LOADED = {"docker": "hosting.drivers.docker.engine.make_docker_engine"}
"""Engines whose client is loaded only where it is used."""


def find_engine(name: str = "") -> SiteEngine:
    """Return an engine by name; empty: the one that new sites get.

    Raises:
        LookupError: no engine has this name.
    """
    name = name or settings.SPOTEX_SITE_ENGINE
    if name == FakeEngine.name:
        return _fake
    if name == EmbeddedEngine.name:
        return EmbeddedEngine(read_engine_config())
    if name in _LOADED:
        engine: SiteEngine = import_string(_LOADED[name])()
        return engine
    message = f"SPOTEX_SITE_ENGINE: no engine is called {name!r}"
    raise LookupError(message)
