"""Inputs and outputs of what happens to a reservation: answers, longer stays, notes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.services.requests import ANSWER_MAX_LENGTH
from booking.services.reservations import NOTES_MAX_LENGTH
from portals.api.fields import Input, Moment, Text


class NotesIn(Input):
    """All of the notes; empty for none."""

    notes = Text(allow_blank=True, max_length=NOTES_MAX_LENGTH)


class NotesOut(serializers.Serializer[Any]):
    """All of the notes."""

    notes = serializers.CharField()


class ExtendIn(Input):
    """Until when people stay."""

    ends_at = Moment()


class AnswerIn(Input):
    """What the agency says with its yes or no, for the person who asked."""

    words = Text(required=False, allow_blank=True, max_length=ANSWER_MAX_LENGTH, default="")
