"""Work that waits for its moment: what fails, why, and when it is tried again."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import action, display
from portals.admin.filters import make_filter
from portals.admin.staff import CREATED, Batch, Question, StaffAdmin, read_key, staff_actor
from portals.templatetags.ui import moment
from tenants.models import DueWork
from tenants.services.staff import hasten_work


@admin.register(DueWork)
class DueWorkAdmin(StaffAdmin):
    """One row an appointment."""

    list_display = ("kind", "key", "agency_name", "due", "attempts", "last_error")
    list_filter = (
        make_filter(
            "failing", title=_("last attempt"), word=_("failed"), condition=Q(attempts__gt=0)
        ),
        "kind",
        CREATED,
    )
    search_fields = ("kind", "key", "agency__name", "last_error")
    list_select_related = ("agency",)
    export_fields = (
        "kind",
        "key",
        "agency__slug",
        "due_at",
        "attempts",
        "last_error",
        "created_at",
    )
    ordering: ClassVar[tuple[str, ...]] = ("due_at", "pk")
    actions: ClassVar = ("try_each_now",)
    actions_detail: ClassVar = ("try_now",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("kind", "key"),
                    ("agency_name", "due"),
                    ("attempts", "last_error"),
                    ("leased", "created"),
                ),
            },
        ),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, work: DueWork) -> str:
        """Name the agency that it is done for."""
        return work.agency.name if work.agency else ""

    @display(description=_("due"), ordering="due_at")
    def due(self, work: DueWork) -> str:
        """Show when it is done."""
        return moment(work.due_at)

    @display(description=_("being done until"), ordering="leased_until")
    def leased(self, work: DueWork) -> str:
        """Show until when a worker has it."""
        return moment(work.leased_until) if work.leased_until else ""

    def has_hasten_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for work that waits."""
        waiting = DueWork.objects.filter(pk=read_key(object_id), due_at__gt=timezone.now())
        return waiting.exists()

    @action(description=_("Try now"), icon="play_arrow", url_path="try-now", permissions=["hasten"])
    def try_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Do waiting work without waiting."""
        work = get_object_or_404(DueWork, pk=read_key(object_id))
        return self.confirm(
            request,
            work,
            Question(
                title=_("Do %(name)s now") % {"name": work.kind},
                explanation=_("It does not wait for its moment; the next worker does it."),
                done=_("It is done in a moment."),
                act=lambda _form: hasten_work(
                    work, actor=staff_actor(request, agency=work.agency), at=timezone.now()
                ),
            ),
        )

    @action(description=_("Try now"), icon="play_arrow")
    def try_each_now(self, request: HttpRequest, rows: QuerySet[DueWork]) -> HttpResponse | None:
        """Do chosen work without waiting."""
        return self.confirm_each(
            request,
            rows,
            Batch(
                title=_("Do this work now"),
                explanation=_("It does not wait for its moment; the next worker does it."),
                act=lambda work: hasten_work(
                    work, actor=staff_actor(request, agency=work.agency), at=timezone.now()
                ),
            ),
        )
