"""The end of agencies: asked for and taken back on an agency's page, listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from portals.admin.decorators import action, display
from portals.admin.staff import CREATED, Question, StaffAdmin, read_key, staff_actor
from portals.templatetags.ui import moment
from tenants.lengths import NAME_MAX_LENGTH
from tenants.models import Agency, Closure
from tenants.models.closures import CLOSING_REASON_MAX_LENGTH
from tenants.services.closing import begin_closing, withdraw_closing
from tenants.states import AgencyState


class ClosingForm(forms.Form):
    """Which agency is meant, and why."""

    name = forms.CharField(
        label=_("Name of the agency"),
        max_length=NAME_MAX_LENGTH,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Type it, so that no other one is meant."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=CLOSING_REASON_MAX_LENGTH,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Kept in the trail and with the agency."),
    )


class ClosingActions:
    """What an agency's page offers to staff about its end."""

    confirm: Callable[..., HttpResponse]

    def has_close_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for agencies that go on."""
        states = (AgencyState.ACTIVE, AgencyState.SUSPENDED)
        return Agency.objects.filter(pk=read_key(object_id), state__in=states).exists()

    def has_keep_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for agencies in their grace."""
        return Agency.objects.filter(pk=read_key(object_id), state=AgencyState.CLOSING).exists()

    @action(
        description=_("Delete"),
        icon="delete_forever",
        url_path="close",
        variant=ActionVariant.DANGER,
        permissions=["close"],
    )
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for name and reason; close now, delete after the grace."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return self.confirm(
            request,
            agency,
            Question(
                title=_("Delete %(name)s") % {"name": agency.name},
                explanation=_(
                    "Portals, API and sites show a notice at once. In %(days)s days everything "
                    "is deleted for good; until then staff or an owner can take it back."
                )
                % {"days": settings.SPOTEX_CLOSING_DAYS},
                done=_("The agency is closing."),
                form_class=ClosingForm,
                act=lambda form: begin_closing(
                    agency,
                    actor=staff_actor(request, agency=agency),
                    typed_name=form.cleaned_data["name"],
                    reason=form.cleaned_data["reason"],
                    at=timezone.now(),
                ),
                is_dangerous=True,
            ),
        )

    @action(
        description=_("Take deletion back"),
        icon="undo",
        url_path="keep",
        variant=ActionVariant.PRIMARY,
        permissions=["keep"],
    )
    def keep(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the agency go on."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return self.confirm(
            request,
            agency,
            Question(
                title=_("Take the deletion of %(name)s back") % {"name": agency.name},
                explanation=_("It goes on as before; what was suspended before stays suspended."),
                done=_("The agency goes on."),
                act=lambda _form: withdraw_closing(
                    agency, actor=staff_actor(request, agency=agency)
                ),
            ),
        )


@admin.register(Closure)
class ClosureAdmin(StaffAdmin):
    """One row an end; of what is deleted this is all that is kept."""

    list_display = ("name", "slug", "state_label", "requested", "grace", "step", "deleted_at")
    list_filter = ("state", "by_staff", CREATED)
    search_fields = ("name", "slug", "agency_public_id", "public_id")
    list_select_related = ("requested_by",)
    export_fields = (
        "public_id",
        "agency_public_id",
        "name",
        "slug",
        "state",
        "reason",
        "by_staff",
        "requested_at",
        "delete_at",
        "deleted_at",
        "slug_free_at",
        "accounts",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "slug"),
                    ("agency_public_id", "state"),
                    ("requested", "requested_by"),
                    ("reason", "by_staff"),
                    ("grace", "step"),
                    ("deleted_at", "slug_free_at"),
                    "billed",
                ),
            },
        ),
    )

    @display(
        description=_("state"),
        ordering="state",
        label={"GRACE": "warning", "DELETING": "danger", "WITHDRAWN": "success"},
    )
    def state_label(self, closure: Closure) -> tuple[str, str]:
        """Show the state in its colour."""
        return closure.state, closure.get_state_display()

    @display(description=_("asked for"), ordering="requested_at")
    def requested(self, closure: Closure) -> str:
        """Show when it was asked for."""
        return moment(closure.requested_at)

    @display(description=_("grace until"), ordering="delete_at")
    def grace(self, closure: Closure) -> str:
        """Show until when it can be taken back."""
        return moment(closure.delete_at)

    @display(description=_("billed"))
    def billed(self, closure: Closure) -> str:
        """Show what was billed, one period after the other."""
        return ", ".join(_describe_period(one) for one in closure.accounts)


def _describe_period(account: dict[str, Any]) -> str:
    """Name one period, its amount and its payment."""
    amount = f"{account['amount_minor'] / 100:.2f} {account['currency']}"
    return f"{account['period_start'][:10]} {account['tier']} {amount} {account['status']}"
