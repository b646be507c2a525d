"""Saving, renaming, sharing and deleting the views of lists; the same in every branded portal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.saved_views import address_of_list, address_of_view, read_kept
from tenants.customers.access import access_view, can_change_view
from tenants.customers.models import SavedView
from tenants.customers.services.views import (
    change_view,
    choose_default_view,
    delete_view,
    replace_view_query,
    save_view,
)
from tenants.customers.states import ListName
from tenants.lengths import VIEW_NAME_MAX_LENGTH
from tenants.permissions import Permission

_FORM = ("GET", "HEAD", "POST")


class ViewForm(PortalForm):
    """What a view is called and who sees it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=VIEW_NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Share with colleagues"),
        required=False,
        help_text=gettext_lazy("Whoever sees the list here can open the view."),
    )

    def __init__(self, *args: Any, can_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_share:
            del self.fields["is_shared"]

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        return {
            "name": self.value_of("name"),
            "is_shared": bool(self.cleaned_data.get("is_shared")),
        }


@portal_view(methods=_FORM)
def add_view(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new view of a list as it is shown now."""
    data = request.POST if request.method == "POST" else request.GET
    list_name = data.get("list", ListName.SITES)
    back = address_of_list(request, list_name)
    query = read_kept(data)
    form = ViewForm(posted(request), can_share=request.actor.can(Permission.VIEW_SHARE))
    view = apply_form(
        form,
        lambda: save_view(actor=request.actor, list_name=list_name, query=query, **form.values()),
    )
    if view is not None:
        toast(request, _("The view %(name)s is saved.") % {"name": view.name})
        return go(request, address_of_view(request, view))
    context = {"form": form, "back": back, "kept": {"list": list_name, **query}}
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/shared/view_form.html", context, status=status)


@portal_view(methods=_FORM)
def edit_view(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the name of a view and who sees it."""
    view = access_view(request.actor, public_id)
    form = ViewForm(
        posted(request),
        can_share=request.actor.can(Permission.VIEW_SHARE),
        initial={"name": view.name, "is_shared": view.is_shared},
    )
    saved = apply_form(form, lambda: change_view(view, actor=request.actor, **form.values()))
    if saved is not None:
        toast(request, _("The view %(name)s is saved.") % {"name": saved.name})
        return _leave(request, saved)
    context = {
        "form": form,
        "view": view,
        "back": address_of_view(request, view),
        "can_change": can_change_view(request.actor, view),
        "delete_url": reverse(f"{request.portal}:view-delete", args=[view.public_id]),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/shared/view_form.html", context, status=status)


def _leave(request: PortalRequest, view: SavedView) -> HttpResponse:
    """Go to the view, or to the plain list when it is not this person's to see any more."""
    is_seen = view.is_shared or view.owner_id == request.actor.user_id
    plain = address_of_list(request, view.list_name)
    return go(request, address_of_view(request, view) if is_seen else plain)


@portal_view(methods=("POST",))
def replace_query(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let a view show from now on what the list shows now."""
    view = access_view(request.actor, public_id)
    saved = replace_view_query(view, actor=request.actor, query=read_kept(request.POST))
    toast(request, _("The view %(name)s is saved.") % {"name": saved.name})
    return go(request, address_of_view(request, saved))


@portal_view(methods=("POST",))
def choose_default(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let the list open with this view for this person, or no longer."""
    view = access_view(request.actor, public_id)
    is_default = request.POST.get("is_default") != "0"
    chosen = _("The list opens with %(name)s for you.") % {"name": view.name}
    return carry_out(
        request,
        lambda: choose_default_view(view, actor=request.actor, is_default=is_default),
        done=chosen if is_default else _("The list opens without a view for you."),
        then=address_of_view(request, view),
    )


@portal_view(methods=("POST",))
def delete(request: PortalRequest, public_id: str) -> HttpResponse:
    """Forget a view; the list keeps showing what it showed."""
    view = access_view(request.actor, public_id)
    delete_view(view, actor=request.actor)
    toast(request, _("The view %(name)s is deleted.") % {"name": view.name})
    return go(request, address_of_list(request, view.list_name))
