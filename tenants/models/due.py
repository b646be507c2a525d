"""Work that falls due: one row for each thing that somebody must do at some moment."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel

KIND_MAX_LENGTH = 60
KEY_MAX_LENGTH = 120
ERROR_MAX_LENGTH = 300


class DueWork(TimestampedModel):
    """What to do, for whom, and when; found by its moment, whatever the number of agencies.

    ``leased_until`` keeps others away while somebody works on it. ``revision`` changes with every
    new appointment, so that the end of one run never erases an appointment made meanwhile.
    """

    agency = models.ForeignKey(
        "tenants.Agency",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("agency"),
    )
    kind = models.CharField(_("kind"), max_length=KIND_MAX_LENGTH)
    key = models.CharField(_("key"), max_length=KEY_MAX_LENGTH)
    due_at = models.DateTimeField(_("due"), db_index=True)
    revision = models.UUIDField(default=uuid4, editable=False)
    leased_until = models.DateTimeField(_("being done until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=ERROR_MAX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("due work")
        verbose_name_plural = _("due work")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_due_work_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
