"""The people of the agency itself."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.people import MEMBER_ROLES, InviteForm, RoleForm
from portals.shared.requests import PortalRequest
from tenants.access import access_invitation, access_member
from tenants.factors import is_factor_there
from tenants.permissions import Permission
from tenants.selectors import list_members_of, list_open_invitations_of
from tenants.services.members import (
    change_member_role,
    invite_member,
    remove_member,
    revoke_invitation,
)
from tenants.states import Role

_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(Permission.MEMBER_VIEW)
def list_members(request: PortalRequest) -> HttpResponse:
    """Show who works here and who is invited."""
    context = {
        "page": paginate(
            request,
            list_members_of(request.actor).annotate(has_factor=is_factor_there("user_id")),
        ),
        "invitations": list_open_invitations_of(request.actor),
        "now": timezone.now(),
        "can_manage": request.actor.can(Permission.MEMBER_MANAGE),
    }
    return render_page(request, "portals/agency/members/list.html", context)


@portal_view(Permission.MEMBER_MANAGE, methods=_FORM)
def invite(request: PortalRequest) -> HttpResponse:
    """Show and save the form that invites a colleague."""
    initial = {"role": Role.MEMBER, "email": request.GET.get("email", "")[:254]}
    form = InviteForm(posted(request), roles=MEMBER_ROLES, initial=initial)
    saved = apply_form(
        form,
        lambda: invite_member(actor=request.actor, at=timezone.now(), **form.cleaned_data),
    )
    if saved is not None:
        toast(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
        return go(request, reverse("agency:member-list"))
    return render_page(
        request,
        "portals/agency/members/invite.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@portal_view(Permission.MEMBER_MANAGE, methods=_FORM)
def change_role(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the role of a colleague."""
    member = access_member(request.actor, public_id, permission=Permission.MEMBER_MANAGE)
    form = RoleForm(posted(request), roles=MEMBER_ROLES, initial={"role": member.role})
    saved = apply_form(
        form,
        lambda: change_member_role(member, actor=request.actor, role=form.value_of("role")),
    )
    if saved is not None:
        toast(request, _("The role of %(name)s is changed.") % {"name": member.user})
        return go(request, reverse("agency:member-list"))
    return render_page(
        request,
        "portals/agency/members/role.html",
        {"form": form, "member": member},
        status=422 if form.is_bound else 200,
    )


@portal_view(Permission.MEMBER_MANAGE, methods=_FORM)
def remove(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then end a membership."""
    member = access_member(request.actor, public_id, permission=Permission.MEMBER_MANAGE)
    if request.method != "POST":
        return render_page(request, "portals/agency/members/remove.html", {"member": member})
    return carry_out(
        request,
        lambda: remove_member(member, actor=request.actor),
        done=_("%(name)s no longer has access.") % {"name": member.user},
        then=reverse("agency:member-list"),
    )


@portal_view(Permission.MEMBER_MANAGE, methods=("POST",))
def revoke(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take an invitation back."""
    invitation = access_invitation(request.actor, public_id, permission=Permission.MEMBER_MANAGE)
    return carry_out(
        request,
        lambda: revoke_invitation(invitation, actor=request.actor, at=timezone.now()),
        done=_("The invitation of %(email)s is taken back.") % {"email": invitation.email},
        then=reverse("agency:member-list"),
    )
