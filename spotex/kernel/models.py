"""Bases of all models, the audit trail and the memory of idempotent requests.

This app lives in the public schema *and* in every agency's schema: an agency's trail and keys
travel with its data.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.ids import MAX_LENGTH, new_public_id

USER_AGENT_MAX_LENGTH = 200


def public_id_field(prefix: str) -> models.CharField[str, str]:
    """Return the column of a typed public id, filled when the object is made."""
    return models.CharField(
        max_length=MAX_LENGTH,
        unique=True,
        editable=False,
        default=partial(new_public_id, prefix),
    )


class TimestampedModel(models.Model):
    """Knows when it was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class ActivityEntry(TimestampedModel):
    """One line of the append-only audit trail; no foreign keys, so that nothing can erase it.

    A trigger of the table refuses every change, and every deletion but that of
    ``spotex.kernel.audit.prune_activity``.
    """

    public_id = public_id_field("act")
    event = models.CharField(max_length=80, db_index=True)
    actor_public_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    actor_role = models.CharField(max_length=20, blank=True)
    via = models.CharField(max_length=10)
    portal = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=USER_AGENT_MAX_LENGTH, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    impersonator_public_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    impersonator_name = models.CharField(max_length=200, blank=True)
    subject_public_id = models.CharField(max_length=MAX_LENGTH, blank=True, db_index=True)
    subject_name = models.CharField(max_length=200, blank=True)
    customer_public_id = models.CharField(max_length=MAX_LENGTH, blank=True, db_index=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("activity entry")
        verbose_name_plural = _("activity")

    def __str__(self) -> str:
        return f"{self.event} {self.subject_public_id}"


class IdempotencyKey(TimestampedModel):
    """The stored answer to a request that may be repeated (``Idempotency-Key``)."""

    actor_key = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor_key", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_key} {self.key}"
