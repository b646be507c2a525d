"""Operations, their steps, and the hosts of all sites: one table each for all agencies.

They lie in the public schema so that one fleet of workers and one watchman see everything. They
point to objects of an agency's schema by public id only.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hosting.operations.states import OPEN_STATES, OperationState, RouteKind, SpareState, StepState
from spotex.kernel.ids import MAX_LENGTH
from spotex.kernel.models import TimestampedModel, public_id_field

HOST_MAX_LENGTH = 253


class Operation(TimestampedModel):
    """One durable piece of work on one subject."""

    public_id = public_id_field("op")
    agency = models.ForeignKey(
        "tenants.Agency",
        on_delete=models.CASCADE,
        related_name="operations",
        verbose_name=_("agency"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=MAX_LENGTH, db_index=True)
    subject_name = models.CharField(_("name of the subject"), max_length=200)
    customer = models.CharField(_("customer"), max_length=MAX_LENGTH, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=OperationState,
        default=OperationState.PENDING,
    )
    arguments = models.JSONField(_("arguments"), default=dict, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    error = models.JSONField(_("error"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
    )
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)
    lease_owner = models.CharField(_("worker"), max_length=80, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    queued_at = models.DateTimeField(_("queued"))
    deadline_at = models.DateTimeField(_("deadline"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="one_open_operation_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(progress__lte=100),
                name="operation_progress_percent",
            ),
            models.CheckConstraint(
                condition=models.Q(state="FAILED", error__isnull=False)
                | (~models.Q(state="FAILED") & models.Q(error__isnull=True)),
                name="operation_error_when_failed",
            ),
            models.CheckConstraint(
                condition=models.Q(state="RUNNING") | models.Q(lease_owner=""),
                name="operation_lease_when_running",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["queued_at"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="operation_open",
            ),
            models.Index(fields=["agency", "-created_at"], name="operation_of_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_name}"

    @property
    def is_open(self) -> bool:
        """Tell whether work is still to be done."""
        return self.state in OPEN_STATES


class OperationStep(TimestampedModel):
    """One named part of an operation; done once, however often it was tried."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=40)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=StepState,
        default=StepState.PENDING,
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    log = models.TextField(_("log"), blank=True)
    result = models.JSONField(_("result"), default=dict)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "position"], name="step_position_once"),
            models.UniqueConstraint(fields=["operation", "name"], name="step_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seconds(self) -> float | None:
        """How long the last try took, None while it runs or before it starts."""
        if self.started_at is None or self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds(), 2)


class SiteRoute(TimestampedModel):
    """A host that belongs to one site of one agency; unique over all agencies."""

    host = models.CharField(_("host"), max_length=HOST_MAX_LENGTH, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=RouteKind)
    agency = models.ForeignKey(
        "tenants.Agency",
        on_delete=models.CASCADE,
        related_name="site_routes",
        verbose_name=_("agency"),
    )
    site = models.CharField(_("site"), max_length=MAX_LENGTH, db_index=True)
    cron_due_at = models.DateTimeField(_("next scheduled run"), null=True, blank=True)

    class Meta:
        verbose_name = _("host of a site")
        verbose_name_plural = _("hosts of sites")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(host=Lower("host")) & ~models.Q(host=""),
                name="site_host_is_lower",
            ),
            models.UniqueConstraint(fields=["site", "kind"], name="one_host_per_kind"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["cron_due_at"],
                condition=models.Q(cron_due_at__isnull=False),
                name="site_cron_due",
            ),
        ]

    def __str__(self) -> str:
        return self.host


class SpareSite(TimestampedModel):
    """A site that is installed before anybody wants it; whoever creates one takes its id."""

    site = models.CharField(_("site"), max_length=MAX_LENGTH, unique=True)
    engine = models.CharField(_("engine"), max_length=20)
    language = models.CharField(_("language"), max_length=10)
    php_version = models.CharField(_("PHP version"), max_length=5, blank=True)
    wordpress_version = models.CharField(_("WordPress version"), max_length=20, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SpareState,
        default=SpareState.PREPARING,
    )
    lease_until = models.DateTimeField(_("lease until"))

    class Meta:
        verbose_name = _("spare site")
        verbose_name_plural = _("spare sites")
        indexes: ClassVar = [
            models.Index(
                fields=["engine", "language"],
                condition=models.Q(state="READY"),
                name="spare_ready",
            ),
        ]

    def __str__(self) -> str:
        return self.site
