"""Inputs and outputs of the notes of a reservation."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.services.reservations import NOTES_MAX_LENGTH
from portals.api.fields import Input, Text


class NotesIn(Input):
    """All of the notes; empty for none."""

    notes = Text(allow_blank=True, max_length=NOTES_MAX_LENGTH)


class NotesOut(serializers.Serializer[Any]):
    """All of the notes."""

    notes = serializers.CharField()
