"""API keys of agencies: who made them, when they were used, and their end."""

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
from tenants.models import ApiKey
from tenants.services.keys import revoke_api_key


@admin.register(ApiKey)
class ApiKeyAdmin(StaffAdmin):
    """One row a key; its secret is nowhere."""

    list_display = (
        "name",
        "prefix",
        "agency_name",
        "maker",
        "scope_names",
        "used",
        "revoked",
        "created",
    )
    list_filter = (
        make_filter(
            "revoked",
            title=_("revoked"),
            word=_("revoked"),
            condition=Q(revoked_at__isnull=False),
        ),
        CREATED,
    )
    search_fields = (
        "name",
        "prefix",
        "public_id",
        "agency__name",
        "agency__slug",
        "created_by__email",
    )
    list_select_related = ("agency", "created_by")
    export_fields = (
        "public_id",
        "name",
        "prefix",
        "agency__slug",
        "created_by__email",
        "scopes",
        "requests_per_minute",
        "expires_at",
        "last_used_at",
        "last_used_from",
        "revoked_at",
        "created_at",
    )
    actions_detail: ClassVar = ("revoke",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "prefix"),
                    ("agency_name", "maker"),
                    ("scope_names", "requests_per_minute"),
                    ("used", "last_used_from"),
                    ("expires_at", "revoked"),
                    ("created", "identity"),
                ),
            },
        ),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, key: ApiKey) -> str:
        """Name the agency in which it acts."""
        return key.agency.name

    @display(description=_("made by"), ordering="created_by__full_name")
    def maker(self, key: ApiKey) -> str:
        """Name the person whose rights it has at most."""
        return str(key.created_by)

    @display(description=_("scopes"))
    def scope_names(self, key: ApiKey) -> str:
        """Name what it may do."""
        return ", ".join(key.scopes)

    @display(description=_("last used"), ordering="last_used_at")
    def used(self, key: ApiKey) -> str:
        """Show when it was used last."""
        return moment(key.last_used_at) or "–"

    @display(description=_("revoked"), ordering="revoked_at")
    def revoked(self, key: ApiKey) -> str:
        """Show when it was revoked."""
        return moment(key.revoked_at) or "–"

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer the end of keys that may still work."""
        return ApiKey.objects.filter(pk=read_key(object_id), revoked_at=None).exists()

    @action(
        description=_("Revoke"),
        icon="key_off",
        variant=ActionVariant.DANGER,
        permissions=["revoke"],
    )
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Refuse the key from now on."""
        key = get_object_or_404(ApiKey.objects.select_related("agency"), pk=read_key(object_id))
        return self.confirm(
            request,
            key,
            Question(
                title=_("Revoke the key %(name)s") % {"name": key.name},
                explanation=_(
                    "Programs that use it are refused at once and for good. The agency sees it in "
                    "its activity."
                ),
                done=_("The key is revoked."),
                act=lambda _form: _revoke(request, key),
                is_dangerous=True,
            ),
        )


def _revoke(request: HttpRequest, key: ApiKey) -> None:
    actor = staff_actor(request, agency=key.agency)
    with agency_scope(key.agency):
        revoke_api_key(key, actor=actor, at=timezone.now())
