"""Support sessions: begun on an agency's page, listed and ended here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from portals.addresses import address_in
from portals.admin.decorators import action, display
from portals.admin.staff import CREATED, Question, StaffAdmin, read_key, staff_actor
from portals.admin.support_forms import SupportForm, contact_form_of, member_form_of
from portals.templatetags.ui import moment
from spotex.kernel.errors import DomainError, RuleViolation
from tenants.models import Agency, Impersonation
from tenants.services.support import (
    end_support,
    prepare_support,
)
from tenants.states import PortalName

MEMBERS_OFFERED = 500


class SupportActions:
    """What an agency's page offers to staff who want to see what somebody there sees."""

    admin_site: admin.AdminSite
    opts: Any

    @action(description=_("Support: agency portal"), icon="support_agent", url_path="support")
    def support_member(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask in whose place and why; give the link to the agency portal."""
        return self._prepare(request, object_id, make_form=member_form_of)

    @action(
        description=_("Support: customer portal"),
        icon="support_agent",
        url_path="support-customer",
    )
    def support_contact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask in whose place and why; give the link to the customer portal."""
        return self._prepare(request, object_id, make_form=contact_form_of)

    def _prepare(
        self,
        request: HttpRequest,
        object_id: str,
        *,
        make_form: Callable[[Agency], type[SupportForm]],
    ) -> HttpResponse:
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        form = make_form(agency)(request.POST if request.method == "POST" else None)
        link = _make_link(request, agency, form) if form.is_valid() else ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": agency,
            "title": _("Support in %(name)s") % {"name": agency.name},
            "question": {
                "explanation": _(
                    "You see the portal as this person sees it. Owners get a mail, and the "
                    "agency's activity shows your name, the reason and what you did."
                ),
            },
            "form": form,
            "back": "admin:tenants_agency_change",
            "link": link,
        }
        template = "support_link" if link else "confirm"
        return TemplateResponse(
            request,
            f"portals/admin/{template}.html",
            context,
            status=422 if form.errors else 200,
        )


def _make_link(request: HttpRequest, agency: Agency, form: SupportForm) -> str:
    """Return the address that begins the session, ``""`` when a rule forbids it."""
    try:
        session, token = prepare_support(
            agency,
            wish=form.wish(),
            actor=staff_actor(request, agency=agency),
            at=timezone.now(),
        )
    except RuleViolation as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return ""
    except DomainError as error:
        form.add_error(None, error.message)
        return ""
    return address_in(PortalName(session.portal), "support-begin", token, agency=agency)


@admin.register(Impersonation)
class ImpersonationAdmin(StaffAdmin):
    """One row a session; a link that nobody used is listed as well."""

    list_display = (
        "agency_name",
        "staff_name",
        "person_name",
        "reason",
        "state_label",
        "writes",
        "created",
    )
    list_filter = ("portal", "writes", CREATED)
    search_fields = (
        "public_id",
        "reason",
        "agency__name",
        "agency__slug",
        "staff__email",
        "person__email",
        "person__full_name",
    )
    list_select_related = ("agency", "staff", "person")
    export_fields = (
        "public_id",
        "agency__slug",
        "staff__email",
        "person__email",
        "portal",
        "reason",
        "writes",
        "created_at",
        "opened_at",
        "expires_at",
        "ended_at",
    )
    actions_detail: ClassVar = ("end_now",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("agency_name", "identity"),
                    ("staff_name", "person_name"),
                    ("portal", "writes"),
                    "reason",
                    ("state_label", "created"),
                    ("began", "ended"),
                    ("until",),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Impersonation]:
        """Fetch everybody along."""
        rows: QuerySet[Impersonation] = super().get_queryset(request)
        return rows.select_related("agency", "staff", "person")

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, row: Impersonation) -> str:
        """Name the agency."""
        return row.agency.name

    @display(description=_("Spotex staff"), ordering="staff__full_name")
    def staff_name(self, row: Impersonation) -> str:
        """Name the member of the staff."""
        return row.staff.full_name

    @display(description=_("in the place of"), ordering="person__full_name")
    def person_name(self, row: Impersonation) -> str:
        """Name the person."""
        return str(row.person)

    @display(
        description=_("state"),
        label={"OPEN": "warning", "WAITING": "info", "ENDED": "default", "UNUSED": "default"},
    )
    def state_label(self, row: Impersonation) -> tuple[str, str]:
        """Say whether it goes on."""
        now = timezone.now()
        if row.opened_at is None:
            waiting = row.ended_at is None and row.link_until > now
            return ("WAITING", str(_("waits"))) if waiting else ("UNUSED", str(_("never begun")))
        if row.ended_at is None and row.expires_at > now:
            return "OPEN", str(_("open now"))
        return "ENDED", str(_("ended"))

    @display(description=_("began"))
    def began(self, row: Impersonation) -> str:
        """Show when the link was used."""
        return moment(row.opened_at) if row.opened_at else "–"

    @display(description=_("ended"))
    def ended(self, row: Impersonation) -> str:
        """Show when it ended."""
        return moment(row.ended_at) if row.ended_at else "–"

    @display(description=_("ends at the latest"))
    def until(self, row: Impersonation) -> str:
        """Show when it ends by itself."""
        return moment(row.expires_at)

    def has_end_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer the end of what goes on."""
        return Impersonation.objects.filter(pk=read_key(object_id), ended_at=None).exists()

    @action(
        description=_("End now"),
        icon="stop_circle",
        variant=ActionVariant.DANGER,
        permissions=["end"],
    )
    def end_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End a session before its time."""
        row = get_object_or_404(Impersonation, pk=read_key(object_id))
        return self.confirm(
            request,
            row,
            Question(
                title=_("End the support session"),
                explanation=_("Its next request finds nobody signed in."),
                done=_("The support session has ended."),
                act=lambda _form: end_support(
                    row,
                    actor=staff_actor(request, agency=row.agency),
                    at=timezone.now(),
                ),
                is_dangerous=True,
            ),
        )
