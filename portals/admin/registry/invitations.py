"""Invitations to agencies: open, accepted, taken back. The link is not shown: it is a secret."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from portals.admin.decorators import action, display
from portals.admin.filters import make_filter
from portals.admin.staff import CREATED, Question, StaffAdmin, read_key, staff_actor
from portals.templatetags.ui import moment
from spotex.kernel.tenancy import agency_scope
from tenants.models import Invitation
from tenants.services.members import revoke_invitation


@admin.register(Invitation)
class InvitationAdmin(StaffAdmin):
    """One row an invitation of a colleague; those of customers lie in the agency's schema."""

    list_display = (
        "email",
        "full_name",
        "agency_name",
        "role",
        "state_label",
        "expires",
        "created",
    )
    list_filter = (
        make_filter(
            "open",
            title=_("state"),
            word=_("open"),
            condition=Q(accepted_at=None, revoked_at=None),
        ),
        "role",
        CREATED,
    )
    search_fields = ("email", "full_name", "public_id", "agency__name", "agency__slug")
    list_select_related = ("agency",)
    export_fields = (
        "public_id",
        "email",
        "full_name",
        "agency__slug",
        "role",
        "expires_at",
        ("accepted_at", _("accepted")),
        ("revoked_at", _("taken back")),
        "created_at",
    )
    actions_detail: ClassVar = ("revoke",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("email", "full_name"),
                    ("agency_name", "role"),
                    ("state_label", "expires"),
                    ("created", "identity"),
                ),
            },
        ),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, row: Invitation) -> str:
        """Name the agency."""
        return row.agency.name

    @display(description=_("expires"), ordering="expires_at")
    def expires(self, row: Invitation) -> str:
        """Show until when the link works."""
        return moment(row.expires_at)

    @display(
        description=_("state"),
        label={"OPEN": "info", "ACCEPTED": "success", "REVOKED": "default", "EXPIRED": "warning"},
    )
    def state_label(self, row: Invitation) -> tuple[str, str]:
        """Say what became of it."""
        if row.accepted_at is not None:
            return "ACCEPTED", str(_("accepted"))
        if row.revoked_at is not None:
            return "REVOKED", str(_("taken back"))
        if row.expires_at <= timezone.now():
            return "EXPIRED", str(_("expired"))
        return "OPEN", str(_("open"))

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer the end of what is open."""
        rows = Invitation.objects.filter(pk=read_key(object_id))
        return rows.filter(accepted_at=None, revoked_at=None).exists()

    @action(
        description=_("Take back"),
        icon="cancel_schedule_send",
        variant=ActionVariant.DANGER,
        permissions=["revoke"],
    )
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the link work no longer."""
        row = get_object_or_404(Invitation.objects.select_related("agency"), pk=read_key(object_id))
        return self.confirm(
            request,
            row,
            Question(
                title=_("Take back the invitation of %(name)s") % {"name": row.email},
                explanation=_("The link in the mail works no longer."),
                done=_("The invitation is taken back."),
                act=lambda _form: _revoke(request, row),
                is_dangerous=True,
            ),
        )


def _revoke(request: HttpRequest, row: Invitation) -> None:
    actor = staff_actor(request, agency=row.agency)
    with agency_scope(row.agency):
        revoke_invitation(row, actor=actor, at=timezone.now())
