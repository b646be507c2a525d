"""Plans with their figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.validators import MinValueValidator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.staff import StaffAdmin, staff_actor
from portals.templatetags.ui import money
from tenants.limits import LIMITS, UNLIMITED
from tenants.models import Plan
from tenants.services.plans import change_plan


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The figures of a plan; what cannot be is said at its field, where it can be corrected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LIMITS:
            self.fields[name].validators.append(
                MinValueValidator(UNLIMITED, _("Enter %(limit_value)s or more."))
            )


def _limit_column(name: str, *, label: str | Promise) -> Callable[[StaffAdmin, Plan], str]:
    """Return the column of one limit, in words where there is none."""

    @display(description=label, ordering=name)
    def show(_admin: StaffAdmin, plan: Plan) -> str:
        value = getattr(plan, name)
        return gettext("no limit") if value == UNLIMITED else str(value)

    return show


@admin.register(Plan)
class PlanAdmin(StaffAdmin):
    """The five plans. New figures hold for every agency of the plan at once."""

    list_display = (
        "tier",
        "price",
        "customers_allowed",
        "sites_allowed",
        "storage_allowed",
        "requests_allowed",
        "agencies",
    )
    form = PlanForm
    list_filter = ("tier",)
    search_fields = ("tier", "public_id")
    export_fields = (
        "public_id",
        "tier",
        "price_minor",
        "currency",
        *LIMITS,
        ("agencies_counted", _("agencies")),
    )
    ordering: ClassVar = ("price_minor",)
    readonly_fields = ("tier", "currency", "identity")
    fieldsets = (
        (None, {"fields": (("tier", "identity"), ("price_minor", "currency"))}),
        (
            _("Limits"),
            {
                "description": _(
                    "-1 means no limit. New figures hold at once for every agency of the plan."
                ),
                "fields": (
                    ("customers", "sites"),
                    ("storage_gb", "mailboxes"),
                    ("spaces", "products"),
                    ("marketplaces", "ai_credits"),
                    ("custom_domains", "api_requests_per_minute"),
                    "backup_days",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """Count the agencies of each plan."""
        rows: QuerySet[Plan] = super().get_queryset(request)
        return rows.annotate(agencies_counted=Count("agencies"))

    @display(description=_("price a month"), ordering="price_minor")
    def price(self, plan: Plan) -> str:
        """Show the price in euros."""
        return money(plan.price_minor, plan.currency)

    customers_allowed = _limit_column("customers", label=_("customers"))
    sites_allowed = _limit_column("sites", label=_("sites"))
    storage_allowed = _limit_column("storage_gb", label=_("storage (GB)"))
    requests_allowed = _limit_column("api_requests_per_minute", label=_("API requests a minute"))

    @display(description=_("agencies"), ordering="agencies_counted")
    def agencies(self, plan: Plan) -> int:
        """Show how many agencies have it."""
        return plan.agencies_counted  # type: ignore[attr-defined, no-any-return]

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Let staff set the figures, through the service."""
        return self.has_view_permission(request)

    def save_model(
        self,
        request: HttpRequest,
        obj: Plan,
        form: forms.ModelForm[Plan],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Set the figures that differ."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if changes:
            change_plan(obj, actor=staff_actor(request), changes=changes)
