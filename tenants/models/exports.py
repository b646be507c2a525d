"""Archives of all data that agencies asked for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.states import ExportFailure, ExportState

OPEN_EXPORTS: tuple[str, ...] = (ExportState.QUEUED.value, ExportState.RUNNING.value)


class Export(TimestampedModel):
    """One archive: asked for, written, kept for some days, deleted.

    ``lease_until`` says until when whoever writes it is believed to live.
    """

    public_id = public_id_field("exp")
    agency = models.ForeignKey(
        "tenants.Agency",
        on_delete=models.CASCADE,
        related_name="exports",
        verbose_name=_("agency"),
    )
    requested_by = models.ForeignKey(
        "tenants.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ExportState, default=ExportState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    bytes = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    failure = models.CharField(
        _("reason of the failure"), max_length=20, choices=ExportFailure, blank=True
    )
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(state__in=OPEN_EXPORTS),
                name="one_open_export",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["READY", "EXPIRED"])
                | models.Q(ready_at__isnull=False, expires_at__isnull=False),
                name="ready_export_is_kept_until",
            ),
            models.CheckConstraint(
                condition=models.Q(state="FAILED") & ~models.Q(failure="")
                | ~models.Q(state="FAILED") & models.Q(failure=""),
                name="failed_export_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be written."""
        return self.state in OPEN_EXPORTS
