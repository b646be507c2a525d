"""Agencies: found, understood, suspended and resumed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from hosting.operations.states import RouteKind
from portals.admin.decorators import action, display
from portals.admin.filters import make_filter
from portals.admin.names import tell_entry
from portals.admin.registry.agency_rows import AgencyRows
from portals.admin.registry.closing import ClosingActions
from portals.admin.registry.support import SupportActions
from portals.admin.staff import CREATED, Question, StaffAdmin, StaffInline, read_key, staff_actor
from portals.templatetags.ui import money
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.selectors import count_customers
from tenants.hosts import portal_host_of, url_for
from tenants.models import Agency, Membership, Subscription
from tenants.services.suspension import resume_agency, suspend_agency
from tenants.states import AgencyState, PortalName

ACTIVITY_SHOWN = 15


class SuspendForm(forms.Form):
    """Why an agency is suspended."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Kept in the trail and with the agency, such as “invoice 12 unpaid”."),
    )


class MembershipInline(StaffInline):
    """Who works in the agency."""

    model = Membership
    fields = ("user", "role", "created")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Fetch the people along."""
        rows: QuerySet[Membership] = super().get_queryset(request)
        return rows.select_related("user")

    @display(description=_("person"))
    def person(self, row: Membership) -> str:
        """Name the person and the address."""
        return f"{row.user.full_name} <{row.user.email}>"


class SubscriptionInline(StaffInline):
    """What the agency subscribed to, period by period."""

    model = Subscription
    fields = ("tier", "status", "price", "started_at", "trial_until", "ended_at")
    readonly_fields = fields

    @display(description=_("price a month"))
    def price(self, row: Subscription) -> str:
        """Show the price in euros."""
        return money(row.price_minor, row.currency)


@admin.register(Agency)
class AgencyAdmin(AgencyRows, SupportActions, ClosingActions, StaffAdmin):
    """One row an agency; its own data stays in its schema and is only counted here."""

    list_display = (
        "name",
        "slug",
        "plan_name",
        "state_label",
        "site_count",
        "member_count",
        "created",
    )
    list_filter = (
        "state",
        "plan__tier",
        "language",
        make_filter(
            "near_limits",
            title=_("limits"),
            word=_("near a limit"),
            condition=~Q(limit_warnings={}),
        ),
        CREATED,
    )
    search_fields = ("name", "slug", "public_id", "brand_name", "members__user__email")
    list_select_related = ("plan",)
    export_fields = (
        "public_id",
        "name",
        "slug",
        "state",
        "suspended_reason",
        ("plan__tier", _("plan")),
        "language",
        "time_zone",
        "support_email",
        ("members_counted", _("members")),
        ("sites_counted", _("sites")),
        "created_at",
    )
    inlines = (MembershipInline, SubscriptionInline)
    actions_detail: ClassVar = (
        "open_rows",
        "open_portal",
        "open_customer_portal",
        "support_member",
        "support_contact",
        "suspend",
        "resume",
        *("close", "keep"),
    )
    change_form_outer_after_template = "portals/admin/agency_activity.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "slug"),
                    ("state", "suspended_reason"),
                    ("plan_name", "identity"),
                    ("language", "time_zone"),
                    ("created", "schema"),
                ),
            },
        ),
        (
            _("Figures"),
            {"fields": (("customer_count", "site_count"), ("member_count", "failed_count"))},
        ),
        (
            _("Brand"),
            {
                "fields": (
                    ("brand_name", "brand_color"),
                    ("support_email", "brand_footer"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        """Count what the public schema knows."""
        rows: QuerySet[Agency] = super().get_queryset(request)
        return rows.annotate(
            members_counted=Count("members", distinct=True),
            sites_counted=Count(
                "site_routes",
                filter=Q(site_routes__kind=RouteKind.PREVIEW),
                distinct=True,
            ),
            failed_counted=Count(
                "operations",
                filter=Q(operations__state="FAILED"),
                distinct=True,
            ),
        )

    @display(
        description=_("state"),
        ordering="state",
        label={"ACTIVE": "success", "SUSPENDED": "danger", "CLOSING": "warning"},
    )
    def state_label(self, agency: Agency) -> tuple[str, str]:
        """Show the state in its colour."""
        return agency.state, agency.get_state_display()

    @display(description=_("plan"), ordering="plan__price_minor")
    def plan_name(self, agency: Agency) -> str:
        """Show the plan."""
        return agency.plan.name

    @display(description=_("schema"))
    def schema(self, agency: Agency) -> str:
        """Show where the agency's own data lies."""
        name: str = agency.schema_name
        return name

    @display(description=_("sites"), ordering="sites_counted")
    def site_count(self, agency: Agency) -> int:
        """Show how many sites it has."""
        return agency.sites_counted  # type: ignore[no-any-return]

    @display(description=_("members"), ordering="members_counted")
    def member_count(self, agency: Agency) -> int:
        """Show how many people work in it."""
        return agency.members_counted  # type: ignore[no-any-return]

    @display(description=_("failed operations"))
    def failed_count(self, agency: Agency) -> int:
        """Show how much went wrong."""
        return agency.failed_counted  # type: ignore[no-any-return]

    @display(description=_("customers"))
    def customer_count(self, agency: Agency) -> int:
        """Count the customers in the agency's schema; on its own page only."""
        with agency_scope(agency):
            return count_customers()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Add the newest lines of the agency's own trail."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        with agency_scope(agency):
            entries = ActivityEntry.objects.order_by("-created_at", "-pk")[:ACTIVITY_SHOWN]
            activity = [(entry, tell_entry(entry)) for entry in entries]
        context = {"activity": activity, **(extra_context or {})}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer

    @action(description=_("Agency portal"), icon="open_in_new", url_path="agency-portal")
    def open_portal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the agency portal; staff signs in there like anybody else."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return redirect(url_for(portal_host_of(agency, PortalName.AGENCY)))

    @action(description=_("Customer portal"), icon="open_in_new", url_path="customer-portal")
    def open_customer_portal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the customer portal."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return redirect(url_for(portal_host_of(agency, PortalName.CUSTOMER)))

    def has_suspend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer the action to agencies that are open."""
        return Agency.objects.filter(pk=read_key(object_id), state=AgencyState.ACTIVE).exists()

    def has_resume_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer the action to agencies that are suspended."""
        return Agency.objects.filter(pk=read_key(object_id), state=AgencyState.SUSPENDED).exists()

    @action(
        description=_("Suspend"),
        icon="pause",
        variant=ActionVariant.DANGER,
        permissions=["suspend"],
    )
    def suspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason and close the agency's portals."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return self.confirm(
            request,
            agency,
            Question(
                title=_("Suspend %(name)s") % {"name": agency.name},
                explanation=_(
                    "Both portals and the API show a notice instead of their pages until the agency "
                    "is resumed. Its sites are paused, and no data is lost.",
                ),
                done=_("The agency is suspended."),
                form_class=SuspendForm,
                act=lambda form: suspend_agency(
                    agency,
                    actor=staff_actor(request, agency=agency),
                    reason=form.cleaned_data["reason"],
                ),
                is_dangerous=True,
            ),
        )

    @action(
        description=_("Resume"),
        icon="play_arrow",
        variant=ActionVariant.PRIMARY,
        permissions=["resume"],
    )
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the agency's portals again."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return self.confirm(
            request,
            agency,
            Question(
                title=_("Resume %(name)s") % {"name": agency.name},
                explanation=_("Portals and API answer again at once."),
                done=_("The agency is open again."),
                act=lambda _form: resume_agency(agency, actor=staff_actor(request, agency=agency)),
            ),
        )
