"""Operations of all agencies: what runs, what failed and why, and trying it again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hosting.access import access_site
from hosting.failures import explain_failure
from hosting.operations.models import Operation, OperationStep
from hosting.operations.states import OperationState
from hosting.services import sites
from portals.admin.decorators import action, display
from portals.admin.names import name_kind
from portals.admin.staff import (
    CREATED,
    Batch,
    Question,
    StaffAdmin,
    StaffInline,
    read_key,
    staff_actor,
)
from spotex.kernel.errors import Conflict
from spotex.kernel.tenancy import agency_scope

RETRIES = {
    "site.deploy": sites.deploy_site,
    "site.delete": sites.delete_site,
}
"""Kinds that a failed attempt leaves open to the same service once more."""

_TONES = {
    "PENDING": "info",
    "RUNNING": "info",
    "DONE": "success",
    "FAILED": "danger",
    "CANCELLED": "warning",
}

_FAILURE = (_("Failure"), {"fields": ("cause", "remedy", ("code", "failed_step"))})


class StepInline(StaffInline):
    """The steps in their order."""

    model = OperationStep
    fields = ("position", "name", "state", "started_at", "seconds_taken", "tries", "log")
    readonly_fields = fields
    ordering = ("position",)
    show_change_link = False
    tab = False

    @display(description=_("seconds"))
    def seconds_taken(self, step: OperationStep) -> float | None:
        """Show how long the last try took."""
        return step.seconds


@admin.register(Operation)
class OperationAdmin(StaffAdmin):
    """One row an operation."""

    list_display = (
        "subject_name",
        "kind_name",
        "state_label",
        "agency",
        "percent",
        "attempt",
        "queued_at",
        "cause",
    )
    list_filter = ("state", "kind", CREATED)
    search_fields = ("subject_name", "subject", "public_id", "agency__name", "agency__slug")
    list_select_related = ("agency",)
    export_fields = (
        "public_id",
        "kind",
        "subject",
        "subject_name",
        "agency__slug",
        "requested_by__email",
        "state",
        "attempt",
        "error",
        "queued_at",
        "started_at",
        "finished_at",
    )
    inlines = (StepInline,)
    actions: ClassVar = ("retry_each",)
    actions_detail: ClassVar = ("retry",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("subject_name", "kind_name"),
                    ("state", "percent"),
                    ("agency", "requested_by"),
                    ("identity", "subject"),
                    ("queued_at", "attempt"),
                    ("started_at", "finished_at"),
                    ("lease_owner", "deadline_at"),
                ),
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Operation | None = None) -> list[Any]:
        """Explain a failure where there is one."""
        fieldsets = list(super().get_fieldsets(request, obj))
        return [*fieldsets, _FAILURE] if obj and obj.error else fieldsets

    @display(description=_("state"), ordering="state", label=_TONES)
    def state_label(self, operation: Operation) -> tuple[str, str]:
        """Show the state in its colour."""
        return operation.state, operation.get_state_display()

    @display(description=_("kind"), ordering="kind")
    def kind_name(self, operation: Operation) -> str:
        """Name what is done."""
        return name_kind(operation.kind)

    @display(description=_("progress"), ordering="progress")
    def percent(self, operation: Operation) -> str:
        """Show the progress."""
        return f"{operation.progress} %"

    def _explain(self, operation: Operation, name: str) -> str:
        return str((explain_failure(operation.error) or {}).get(name, ""))

    @display(description=_("cause"))
    def cause(self, operation: Operation) -> str:
        """Say what went wrong."""
        return self._explain(operation, "cause")

    @display(description=_("remedy"))
    def remedy(self, operation: Operation) -> str:
        """Say what helps."""
        return self._explain(operation, "remedy")

    @display(description=_("code"))
    def code(self, operation: Operation) -> str:
        """Name the kind of failure."""
        return self._explain(operation, "code")

    @display(description=_("failed step"))
    def failed_step(self, operation: Operation) -> str:
        """Name the step."""
        return self._explain(operation, "step")

    def has_retry_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it where trying again can do no harm and nothing newer was started."""
        operation = Operation.objects.filter(pk=read_key(object_id)).first()
        return operation is not None and _can_retry(operation)

    @action(
        description=_("Try again"),
        icon="restart_alt",
        variant=ActionVariant.PRIMARY,
        permissions=["retry"],
    )
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask the site's service to go on."""
        operation = get_object_or_404(
            Operation.objects.select_related("agency"), pk=read_key(object_id)
        )
        return self.confirm(
            request,
            operation,
            Question(
                title=_("Try “%(name)s” again") % {"name": operation.subject_name},
                explanation=_("The work goes on at the step that failed; what is done stays done."),
                done=_("The operation is in the queue again."),
                act=lambda _form: _retry(operation, request=request),
            ),
        )

    @action(description=_("Try again"), icon="restart_alt")
    def retry_each(self, request: HttpRequest, rows: QuerySet[Operation]) -> HttpResponse | None:
        """Let chosen work go on where it failed."""
        return self.confirm_each(
            request,
            rows.select_related("agency"),
            Batch(
                title=_("Try these operations again"),
                explanation=_("The work goes on at the step that failed; what is done stays done."),
                act=lambda operation: _retry(operation, request=request),
            ),
        )


class RetryUnsafe(Conflict):
    """The operation did not fail, is over, or could do harm when tried again."""

    code = "retry_unsafe"


def _can_retry(operation: Operation) -> bool:
    if operation.state != OperationState.FAILED or operation.kind not in RETRIES:
        return False
    is_safe = (explain_failure(operation.error) or {}).get("retry_safe", False)
    newer = Operation.objects.filter(subject=operation.subject, pk__gt=operation.pk)
    return bool(is_safe) and not newer.exists()


def _retry(operation: Operation, *, request: HttpRequest) -> None:
    if not _can_retry(operation):
        raise RetryUnsafe(gettext("This operation cannot be tried again."))
    actor = staff_actor(request, agency=operation.agency)
    with agency_scope(operation.agency):
        site = access_site(actor, operation.subject)
        RETRIES[operation.kind](site, actor=actor)
