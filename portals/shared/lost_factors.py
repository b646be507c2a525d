"""Resetting the second factors of somebody who lost them: the same page for all who may."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest

REASON_LENGTH = 200


class ResetForm(PortalForm):
    """Why somebody's second factors are reset."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("It stands in the activity log."),
    )


def ask_and_reset(
    request: PortalRequest,
    *,
    name: str,
    reset: Callable[[str], object],
    then: str,
) -> HttpResponse:
    """Ask for the reason, then call ``reset`` with it."""
    form = ResetForm(posted(request))
    saved = apply_form(form, lambda: reset(form.value_of("reason")))
    if saved is not None:
        toast(request, _("The two-step sign-in of %(name)s is reset.") % {"name": name})
        return go(request, then)
    return render_page(
        request,
        "portals/agency/lost_factors.html",
        {"form": form, "name": name, "back": then},
        status=422 if form.is_bound else 200,
    )
