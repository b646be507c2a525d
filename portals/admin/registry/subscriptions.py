"""What agencies subscribed to: found, paid, suspended, reactivated, extended, changed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from portals.admin.decorators import action, display
from portals.admin.filters import ENDING
from portals.admin.questions import DaysForm, PaidForm, TierForm, limits_form_of
from portals.admin.staff import Question, StaffAdmin, read_key, staff_actor
from portals.templatetags.ui import money
from tenants.limits import LIMIT_LABELS
from tenants.models import Subscription
from tenants.services.plans import override_limits
from tenants.services.settlement import (
    extend_trial,
    mark_subscription_paid,
    reactivate_subscription,
    suspend_subscription,
)
from tenants.services.subscriptions import change_subscription
from tenants.states import SUBSCRIPTION_MACHINE, SubscriptionAction, SubscriptionStatus

_STATUS_TONES = {
    "TRIAL": "info",
    "ACTIVE": "success",
    "PAST_DUE": "warning",
    "SUSPENDED": "danger",
}


@admin.register(Subscription)
class SubscriptionAdmin(StaffAdmin):
    """Stretches of subscriptions; the actions are those of the present one."""

    list_display = (
        "agency_name",
        "tier",
        "status_label",
        "price",
        "amount",
        "period_end",
        "payment_due_at",
        "paid_at",
    )
    list_filter = ("status", "tier", ENDING, "payment_method", "period_end")
    search_fields = ("agency__name", "agency__slug", "public_id", "payment_reference")
    list_select_related = ("agency",)
    export_fields = (
        "public_id",
        "agency__slug",
        "tier",
        "status",
        "price_minor",
        "amount_minor",
        "currency",
        "started_at",
        "ended_at",
        "trial_until",
        "period_start",
        "period_end",
        "payment_due_at",
        "paid_at",
        "payment_reference",
        "grace_until",
    )
    actions_detail: ClassVar = (
        "mark_paid",
        "reactivate",
        "extend",
        "change_tier",
        "set_limits",
        "suspend",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("agency_name", "identity"),
                    ("tier", "status"),
                    ("price", "amount"),
                    ("payment_method", "payment_reference"),
                    ("payment_due_at", "paid_at"),
                    ("period_start", "period_end"),
                    ("next_billing_at", "grace_until"),
                    ("next_tier", "cancel_requested_at"),
                    ("started_at", "ended_at"),
                    ("trial_until", "limits"),
                ),
            },
        ),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, row: Subscription) -> str:
        """Name the agency."""
        return row.agency.name

    @display(description=_("status"), ordering="status", label=_STATUS_TONES)
    def status_label(self, row: Subscription) -> tuple[str, str]:
        """Show the status in its colour."""
        return row.status, row.get_status_display()

    @display(description=_("price a month"), ordering="price_minor")
    def price(self, row: Subscription) -> str:
        """Show the price in euros."""
        return money(row.price_minor, row.currency)

    @display(description=_("amount to pay"), ordering="amount_minor")
    def amount(self, row: Subscription) -> str:
        """Show what this stretch costs."""
        return money(row.amount_minor, row.currency)

    @display(description=_("own limits"))
    def limits(self, row: Subscription) -> str:
        """Show the limits that differ from the plan's."""
        own = row.agency.limit_overrides
        return ", ".join(f"{LIMIT_LABELS[name]}: {value}" for name, value in own.items()) or "–"

    def has_mark_paid_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it where money is expected."""
        row = _find_present(object_id)
        return row is not None and row.is_owed and row.status != SubscriptionStatus.CANCELLED

    def has_suspend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it where money is expected and the agency still works."""
        row = _find_present(object_id)
        return row is not None and row.is_owed and _can(row, SubscriptionAction.SUSPEND)

    def has_reactivate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it to what is suspended or over."""
        row = _find_present(object_id)
        return row is not None and _can(row, SubscriptionAction.REACTIVATE)

    def has_extend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it to trials."""
        row = _find_present(object_id)
        return row is not None and row.status == SubscriptionStatus.TRIAL

    def has_present_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it to what is not history."""
        row = _find_present(object_id)
        return row is not None and row.status != SubscriptionStatus.CANCELLED

    @action(
        description=_("Mark as paid"),
        icon="payments",
        variant=ActionVariant.PRIMARY,
        permissions=["mark_paid"],
    )
    def mark_paid(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that the payment arrived."""
        row = _fetch(object_id)
        return self.confirm(
            request,
            row,
            Question(
                title=_("Mark the payment of %(name)s as arrived") % {"name": row.agency.name},
                explanation=_(
                    "The agency works on; if the subscription had closed it, it opens again."
                ),
                done=_("The payment is noted."),
                form_class=PaidForm,
                act=lambda form: mark_subscription_paid(
                    row,
                    actor=staff_actor(request, agency=row.agency),
                    reference=form.cleaned_data["reference"],
                    at=timezone.now(),
                ),
            ),
        )

    @action(
        description=_("Suspend"),
        icon="pause",
        variant=ActionVariant.DANGER,
        permissions=["suspend"],
    )
    def suspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close the agency until it is paid."""
        row = _fetch(object_id)
        return self.confirm(
            request,
            row,
            Question(
                title=_("Suspend %(name)s for its payment") % {"name": row.agency.name},
                explanation=_(
                    "Portals, API and sites are paused at once, without waiting for the days of "
                    "grace."
                ),
                done=_("The subscription is suspended."),
                act=lambda _form: suspend_subscription(
                    row, actor=staff_actor(request, agency=row.agency)
                ),
                is_dangerous=True,
            ),
        )

    @action(description=_("Reactivate"), icon="play_arrow", permissions=["reactivate"])
    def reactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the agency again before it paid."""
        row = _fetch(object_id)
        return self.confirm(
            request,
            row,
            Question(
                title=_("Reactivate %(name)s") % {"name": row.agency.name},
                explanation=_("The agency works again and has 14 more days to pay."),
                done=_("The subscription is active again."),
                act=lambda _form: reactivate_subscription(
                    row, actor=staff_actor(request, agency=row.agency), at=timezone.now()
                ),
            ),
        )

    @action(description=_("Extend the trial"), icon="more_time", permissions=["extend"])
    def extend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give a trial more days."""
        row = _fetch(object_id)
        return self.confirm(
            request,
            row,
            Question(
                title=_("Extend the trial of %(name)s") % {"name": row.agency.name},
                explanation=_("Reminders and the end of the trial move accordingly."),
                done=_("The trial is extended."),
                form_class=DaysForm,
                act=lambda form: extend_trial(
                    row,
                    actor=staff_actor(request, agency=row.agency),
                    days=form.cleaned_data["days"],
                ),
            ),
        )

    @action(description=_("Change the plan"), icon="swap_vert", permissions=["present"])
    def change_tier(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move the agency to another plan, by the same rules as itself."""
        row = _fetch(object_id)
        return self.confirm(
            request,
            row,
            Question(
                title=_("Change the plan of %(name)s") % {"name": row.agency.name},
                explanation=_(
                    "A bigger plan begins at once and is charged for the rest of the period; a "
                    "smaller one begins with the next period."
                ),
                done=_("The change is noted."),
                form_class=TierForm,
                act=lambda form: change_subscription(
                    row.agency,
                    actor=staff_actor(request, agency=row.agency),
                    tier=form.cleaned_data["tier"],
                    at=timezone.now(),
                ),
            ),
        )

    @action(description=_("Own limits"), icon="tune", permissions=["present"])
    def set_limits(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the agency limits of its own."""
        row = _fetch(object_id)
        return self.confirm(
            request,
            row,
            Question(
                title=_("Limits of %(name)s") % {"name": row.agency.name},
                explanation=_("An empty field takes the plan's figure; -1 means no limit."),
                done=_("The limits are set."),
                form_class=limits_form_of(row.agency),
                act=lambda form: override_limits(
                    row.agency,
                    actor=staff_actor(request, agency=row.agency),
                    limits=form.cleaned_data,
                ),
            ),
        )


def _fetch(object_id: str) -> Subscription:
    rows = Subscription.objects.select_related("agency__plan")
    return get_object_or_404(rows, pk=read_key(object_id), ended_at=None)


def _find_present(object_id: str | None) -> Subscription | None:
    return Subscription.objects.filter(pk=read_key(object_id), ended_at=None).first()


def _can(row: Subscription, action: SubscriptionAction) -> bool:
    return SUBSCRIPTION_MACHINE.is_legal(action, row.status)
