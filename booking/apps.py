from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class BookingConfig(AppConfig):
    """Spaces that can be booked by the hour: locations, claims, reservations."""

    name = "booking"
    label = "booking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register counters and receivers."""
        import_module("booking.counters")
        import_module("booking.receivers")
