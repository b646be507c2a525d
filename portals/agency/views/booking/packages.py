"""Packages of time: list, one of them with who has it, data, archive."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_package
from booking.models import Package
from booking.selectors.credits import (
    list_credits_for,
    list_packages_for,
    search_packages,
    with_granted,
)
from booking.services.packages import archive_package, change_package, create_package
from portals.agency.forms.chosen_spaces import list_spaces_to_choose
from portals.agency.forms.credits import PACKAGE_RENAMED, PackageChangeForm, PackageForm
from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.booking.credits import write_credits
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate, read_search
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE
_SHOWN_CREDITS: Final = 20


@portal_view(Permission.SPACE_VIEW)
def list_packages(request: PortalRequest) -> HttpResponse:
    """Show what time the agency sells at once."""
    text = read_search(request)
    found = with_granted(search_packages(list_packages_for(request.actor), text=text))
    context = {
        "page": paginate(request, found),
        "search": text,
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(
        request, "portals/agency/packages/list.html", context, partials={"package-rows": "rows"}
    )


@portal_view(_MANAGE, methods=_FORM)
def add_package(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new package."""
    form = PackageForm(posted(request), spaces=list_spaces_to_choose(request.actor))
    made = apply_form(
        form,
        lambda: create_package(actor=request.actor, **form.values()),
        renamed=PACKAGE_RENAMED,
    )
    if made is not None:
        toast(request, _("%(name)s is added.") % {"name": made.name})
        return go(request, _page_of(made))
    return _show_form(request, {"form": form}, status=422 if form.is_bound else 200)


@portal_view(Permission.SPACE_VIEW)
def show_package(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one package and which customers have it."""
    package = access_package(request.actor, public_id)
    credits_of_it = list_credits_for(request.actor).filter(package=package).order_by("-pk")
    entries = list_activity_for(request.actor).filter(subject_public_id=package.public_id)
    context = {
        "package": package,
        "spaces": package.spaces.order_by("name"),
        "credits": write_credits(credits_of_it[:_SHOWN_CREDITS], now=timezone.now()),
        "activity": describe_activity(entries[:6], actor=request.actor, pages=ACTIVITY_PAGES),
        "can_manage": request.actor.can(_MANAGE) and package.archived_at is None,
    }
    return render_page(request, "portals/agency/packages/detail.html", context)


@portal_view(_MANAGE, methods=_FORM)
def edit_package(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save what a package is and costs."""
    package = access_package(request.actor, public_id, permission=_MANAGE)
    spaces = list_spaces_to_choose(request.actor)
    initial = PackageChangeForm.initial_of(package)
    form = PackageChangeForm(posted(request), spaces=spaces, initial=initial)

    def save() -> Package:
        version = form.value_of("version")
        return change_package(package, actor=request.actor, version=version, **form.values())

    try:
        saved = apply_form(form, save, renamed=PACKAGE_RENAMED)
    except Stale as error:
        data = renew_post(request, access_package(request.actor, public_id))
        again = PackageChangeForm(data, spaces=spaces)
        context = {"form": again, "package": package, "stale": error.message}
        return _show_form(request, context, status=409)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(saved))
    status = 422 if form.is_bound else 200
    return _show_form(request, {"form": form, "package": package}, status=status)


@portal_view(_MANAGE, methods=_FORM)
def archive(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then offer a package no more."""
    package = access_package(request.actor, public_id, permission=_MANAGE)
    if request.method != "POST":
        return render_page(request, "portals/agency/packages/archive.html", {"package": package})
    return carry_out(
        request,
        lambda: archive_package(package, actor=request.actor, now=timezone.now()),
        done=_("%(name)s is no longer offered.") % {"name": package.name},
        then=reverse("agency:package-list"),
    )


def _show_form(request: PortalRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render_page(request, "portals/agency/packages/form.html", context, status=status)


def _page_of(package: Package) -> str:
    return reverse("agency:package-detail", args=[package.public_id])
