"""Inputs and outputs of ``activity``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, ListQuery, Moment, Text
from portals.shared.activity import sees_behind
from portals.shared.trail import KINDS
from spotex.kernel.actor import Actor, Via
from spotex.kernel.ids import MAX_LENGTH
from spotex.kernel.models import ActivityEntry


class ActivityQuery(ListQuery):
    """Which lines; ``since`` is included, ``until`` is not."""

    person = Text(required=False, max_length=100)
    kind = Choice(choices=list(KINDS), required=False)
    via = Choice(choices=[via.value for via in Via], required=False)
    subject = Text(required=False, max_length=MAX_LENGTH)
    since = Moment(required=False)
    until = Moment(required=False)


class ActivityOut(serializers.Serializer[Any]):
    """One line. People of a customer get null for what lies behind it."""

    id = serializers.CharField()
    event = serializers.CharField()
    created_at = serializers.DateTimeField()
    actor = serializers.CharField(allow_blank=True)
    actor_name = serializers.CharField(allow_blank=True)
    actor_role = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    subject_name = serializers.CharField(allow_blank=True)
    customer = serializers.CharField(allow_blank=True)
    via = serializers.CharField()
    portal = serializers.CharField(allow_blank=True)
    impersonator_name = serializers.CharField(allow_null=True, allow_blank=True)
    address = serializers.CharField(allow_null=True, allow_blank=True)
    user_agent = serializers.CharField(allow_null=True, allow_blank=True)
    request_id = serializers.CharField(allow_null=True, allow_blank=True)
    details = serializers.DictField(allow_null=True)


def show_activity(entry: ActivityEntry, *, actor: Actor) -> dict[str, Any]:
    """Return a line as the API writes it."""
    behind = sees_behind(actor)
    return {
        "id": entry.public_id,
        "event": entry.event,
        "created_at": as_time(entry.created_at),
        "actor": entry.actor_public_id,
        "actor_name": entry.actor_name,
        "actor_role": entry.actor_role,
        "subject": entry.subject_public_id,
        "subject_name": entry.subject_name,
        "customer": entry.customer_public_id,
        "via": entry.via,
        "portal": entry.portal,
        "impersonator_name": entry.impersonator_name if behind else None,
        "address": entry.address if behind else None,
        "user_agent": entry.user_agent if behind else None,
        "request_id": entry.request_id if behind else None,
        "details": entry.details if behind else None,
    }
