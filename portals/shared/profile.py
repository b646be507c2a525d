"""The person's own page: name, language, password; the same in every branded portal."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.people import ProfileForm
from portals.shared.requests import PortalRequest, user_of
from tenants.services.accounts import change_profile


def edit_profile(request: PortalRequest, *, template: str) -> HttpResponse:
    """Show and save the signed-in person's profile."""
    user = user_of(request)
    form = ProfileForm(
        posted(request),
        initial={"full_name": user.full_name, "language": user.language},
    )
    saved = apply_form(
        form,
        lambda: change_profile(
            user,
            full_name=form.value_of("full_name"),
            language=form.value_of("language"),
            actor=request.actor,
        ),
    )
    if saved is not None:
        with translation.override(user.language or translation.get_language()):
            toast(request, _("Your profile is saved."))
        return go(request, request.path)
    context = {"form": form, "person": user}
    return render_page(request, template, context, status=422 if form.is_bound else 200)
