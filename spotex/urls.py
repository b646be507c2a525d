"""Addresses that exist on every host; each portal brings its own urlconf on top."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
