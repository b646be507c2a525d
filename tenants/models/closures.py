"""Agencies that end: asked for, waited for, done; what is kept of one that is gone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.ids import MAX_LENGTH
from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.lengths import NAME_MAX_LENGTH
from tenants.models.schemas import SCHEMA_MAX_LENGTH
from tenants.slugs import SLUG_MAX_LENGTH
from tenants.states import ClosureState, SuspensionCause

CLOSING_REASON_MAX_LENGTH = 300
STEP_MAX_LENGTH = 20


class Closure(TimestampedModel):
    """The end of one agency.

    ``former_cause`` and ``former_reason`` say how the agency was suspended before, so that taking
    the end back opens nothing that was closed. ``step`` is the next one to do. After the end the
    row is all that remains: which name and address ended when, and what was billed.
    """

    public_id = public_id_field("clo")
    agency = models.ForeignKey(
        "tenants.Agency",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="closures",
        verbose_name=_("agency"),
    )
    agency_public_id = models.CharField(_("agency’s id"), max_length=MAX_LENGTH, db_index=True)
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    slug = models.CharField(_("address"), max_length=SLUG_MAX_LENGTH, db_index=True)
    schema_name = models.CharField(max_length=SCHEMA_MAX_LENGTH, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ClosureState, default=ClosureState.GRACE
    )
    step = models.CharField(_("next step"), max_length=STEP_MAX_LENGTH, blank=True)
    reason = models.CharField(_("reason"), max_length=CLOSING_REASON_MAX_LENGTH, blank=True)
    by_staff = models.BooleanField(_("asked for by staff"), default=False)
    requested_by = models.ForeignKey(
        "tenants.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
    )
    requested_at = models.DateTimeField(_("asked for"))
    delete_at = models.DateTimeField(_("grace until"))
    reminders_sent = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    former_cause = models.CharField(
        max_length=10, choices=SuspensionCause, blank=True, default=SuspensionCause.NONE
    )
    former_reason = models.CharField(max_length=200, blank=True)
    people = models.JSONField(default=list, blank=True)
    """Keys of people who may have no place anywhere once the agency is gone; empty at the end."""

    accounts = models.JSONField(_("billed"), default=list, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    slug_free_at = models.DateTimeField(_("address free from"), null=True, blank=True)

    class Meta:
        verbose_name = _("end of an agency")
        verbose_name_plural = _("ends of agencies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(state__in=["GRACE", "DELETING"]),
                name="one_open_closure",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="GRACE") | models.Q(agency__isnull=False),
                name="grace_has_agency",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="DONE")
                | models.Q(
                    agency=None,
                    deleted_at__isnull=False,
                    slug_free_at__isnull=False,
                    people=[],
                    schema_name="",
                ),
                name="done_closure_keeps_little",
            ),
        ]

    def __str__(self) -> str:
        return self.name
