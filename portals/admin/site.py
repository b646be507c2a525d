"""The staff admin: who comes in, how, and under which content policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, cast

from allauth.account.decorators import secure_admin_login
from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import LogoutView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from portals.admin.dashboards.pages import DASHBOARDS, OVERVIEW, Dashboard
from portals.admin.dashboards.periods import CHOICES, choose_period
from portals.admin.staff import StaffAdmin
from portals.shared import errors
from portals.shared.factors.rule import must_set_factor_up
from portals.shared.requests import as_portal_request

ADMIN_POLICY: Final = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}
"""What Unfold needs: Alpine evaluates expressions, its theme colours are an inline style."""

View = Callable[..., HttpResponse]


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]  # Unfold is not typed
    """Unfold's site, entered through the platform's own sign-in."""

    index_title = _("Overview")

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Take the platform's own registrations only.

        Those of libraries (groups, addresses, tokens) would write rows past the services.
        """
        if admin_class is not None and issubclass(admin_class, StaffAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002  Django's signature
        """Relax the content policy for the pages that Unfold draws, and for no others."""
        guarded = super().admin_view(view, cacheable)
        return cast("View", csp_replace(ADMIN_POLICY)(guarded))

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in staff who have a second factor."""
        allowed: bool = super().has_permission(request)
        return allowed and not must_set_factor_up(as_portal_request(request), at=timezone.now())

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Send strangers to sign in and staff without a second factor to set one up.

        Those who are no staff are told so, instead of seeing the same form again.
        """
        if not request.user.is_authenticated:
            answer: HttpResponse = secure_admin_login(super().login)(request)
            return answer
        if not super().has_permission(request):
            return errors.no_role(as_portal_request(request))
        if not self.has_permission(request):
            return redirect("mfa_index")
        return redirect("admin:index")

    def logout(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """End the session and go back to the sign-in page."""
        return LogoutView.as_view(next_page=reverse_lazy("account_login"))(request)

    def password_change(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Use the platform's own page."""
        return redirect("account_change_password")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the dashboards beside the first one."""
        own = [
            path(board.path, self.admin_view(partial(self._show, board=board)), name=board.name)
            for board in DASHBOARDS
            if board is not OVERVIEW
        ]
        return [*own, *super().get_urls()]

    def index(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what matters now."""
        return self._show(request, board=OVERVIEW)

    def _show(self, request: HttpRequest, *, board: Dashboard) -> HttpResponse:
        now = timezone.now()
        period = choose_period(request.GET.get("days"), at=now)
        context = {
            **self.each_context(request),
            "title": board.title,
            "board": board,
            "boards": DASHBOARDS,
            "period": period,
            "periods": CHOICES.items(),
            "figures": board.compute(period, at=now),
        }
        return TemplateResponse(request, f"portals/admin/dashboards/{board.template}", context)
