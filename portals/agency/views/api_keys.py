"""Programs that may act in the agency: their keys, what they may do, when they last came."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portals.agency.forms.api_keys import ApiKeyChangesForm, ApiKeyForm
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.api_guide import describe_guide
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.once import keep_once, take_once
from portals.shared.requests import PortalRequest, url_of
from portals.shared.scopes import list_scope_groups
from tenants.access import access_api_key
from tenants.permissions import GRANTABLE, Permission
from tenants.selectors import compute_key_state, list_api_keys_of, list_effective_scopes
from tenants.services.keys import change_api_key, create_api_key, revoke_api_key
from tenants.states import KeyState

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.API_KEY_MANAGE


@portal_view(_MANAGE)
def list_api_keys(request: PortalRequest) -> HttpResponse:
    """Show the keys, those that still work first."""
    page = paginate(request, list_api_keys_of(request.actor))
    now = timezone.now()
    rows = [(key, compute_key_state(key, at=now)) for key in page.object_list]
    context = {"page": page, "rows": rows, "now": now}
    return render_page(request, "portals/agency/keys/list.html", context)


@portal_view(_MANAGE)
def show_guide(request: PortalRequest) -> HttpResponse:
    """Show how to use the API, with this portal's own address."""
    context = describe_guide(api=url_of(request, "/api/v1"))
    return render_page(request, "portals/agency/keys/guide.html", context)


@never_cache
@portal_view(_MANAGE, methods=_FORM)
def add_api_key(request: PortalRequest) -> HttpResponse:
    """Show the form of a new key; answer it with the page that shows the key once."""
    actor, now = request.actor, timezone.now()
    offered = sorted(scope for scope in GRANTABLE if actor.can(scope))
    form = ApiKeyForm(posted(request), offered=offered)
    made = apply_form(form, lambda: create_api_key(actor=actor, at=now, **form.values(at=now)))
    if made is not None:
        key, secret = made
        keep_once(request, secret, name=key.public_id, at=now)
        return go(request, reverse("agency:api-key-created", args=[key.public_id]))
    return render_page(
        request,
        "portals/agency/keys/form.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@never_cache
@portal_view(_MANAGE, methods=("GET",))
def show_new_api_key(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show a new key to the person who made it, this once."""
    key = access_api_key(request.actor, public_id)
    secret = take_once(request, name=key.public_id, at=timezone.now())
    if secret is None:
        toast(request, _("A key is shown only once, right after it is made."), tone="info")
        return go(request, reverse("agency:api-key-detail", args=[key.public_id]))
    context = {
        "key": key,
        "secret": secret,
        "groups": list_scope_groups(key.scopes, chosen=key.scopes),
    }
    return render_page(request, "portals/agency/keys/created.html", context)


@portal_view(_MANAGE, methods=_FORM)
def edit_api_key(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show a key and save its name, fewer scopes and its limit."""
    key = access_api_key(request.actor, public_id)
    state = compute_key_state(key, at=timezone.now())
    initial = {name: getattr(key, name) for name in ("name", "scopes", "requests_per_minute")}
    form = ApiKeyChangesForm(posted(request), offered=key.scopes, initial=initial)
    saved = apply_form(
        form, lambda: change_api_key(key, actor=request.actor, **dict(form.cleaned_data))
    )
    if saved is not None:
        toast(request, _("The API key “%(name)s” is saved.") % {"name": saved.name})
        return go(request, reverse("agency:api-key-list"))
    context = {
        "form": form,
        "key": key,
        "state": state,
        "is_open": state != KeyState.REVOKED,
        "idle": sorted(set(key.scopes) - list_effective_scopes(key)),
    }
    return render_page(
        request,
        "portals/agency/keys/change.html",
        context,
        status=422 if form.is_bound else 200,
    )


@portal_view(_MANAGE, methods=_FORM)
def revoke(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then revoke a key."""
    key = access_api_key(request.actor, public_id)
    if request.method != "POST":
        return render_page(request, "portals/agency/keys/revoke.html", {"key": key})
    return carry_out(
        request,
        lambda: revoke_api_key(key, actor=request.actor, at=timezone.now()),
        done=_("The API key “%(name)s” no longer works.") % {"name": key.name},
        then=reverse("agency:api-key-list"),
    )
