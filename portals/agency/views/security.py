"""Who must sign in in two steps in this agency, and the way back in for who lost the second."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portals.agency.forms.security import FactorRuleForm
from portals.shared.access import portal_view
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lost_factors import ask_and_reset
from portals.shared.requests import PortalRequest
from tenants.access import access_agency, access_member
from tenants.customers.access import access_contact
from tenants.customers.services.lost_factors import reset_contact_factors, reset_member_factors
from tenants.factors import has_factor, is_factor_there
from tenants.permissions import Permission
from tenants.selectors import list_members_of
from tenants.services.factors import change_factor_rule


@portal_view(Permission.AGENCY_MANAGE, methods=("GET", "HEAD", "POST"))
def edit_security(request: PortalRequest) -> HttpResponse:
    """Show and save the agency's rule for second factors."""
    agency = access_agency(request.actor, permission=Permission.AGENCY_MANAGE)
    form = FactorRuleForm(posted(request), initial=FactorRuleForm.initial_of(agency))
    saved = apply_form(
        form,
        lambda: change_factor_rule(
            agency,
            actor=request.actor,
            rule=form.value_of("rule"),
            required_on=form.value_of("required_on"),
        ),
    )
    if saved is not None:
        toast(request, _("The rule is saved."))
        return go(request, reverse("agency:security-change"))
    members = list_members_of(request.actor)
    context = {
        "form": form,
        "member_count": members.count(),
        "having_count": members.filter(is_factor_there("user_id")).count(),
        "has_factor": has_factor(request.user.pk or 0),
    }
    template = "portals/agency/settings/security.html"
    return render_page(request, template, context, status=422 if form.is_bound else 200)


@portal_view(Permission.MEMBER_MANAGE, methods=("GET", "HEAD", "POST"))
def reset_member(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask why, then take the second factors from a colleague who lost them."""
    member = access_member(request.actor, public_id, permission=Permission.MEMBER_MANAGE)
    return ask_and_reset(
        request,
        name=str(member.user),
        reset=lambda why: reset_member_factors(member, actor=request.actor, reason=why),
        then=reverse("agency:member-list"),
    )


@portal_view(Permission.CONTACT_MANAGE, methods=("GET", "HEAD", "POST"))
def reset_contact(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask why, then take the second factors from a customer's person who lost them."""
    contact = access_contact(request.actor, public_id, permission=Permission.CONTACT_MANAGE)
    return ask_and_reset(
        request,
        name=str(contact),
        reset=lambda why: reset_contact_factors(contact, actor=request.actor, reason=why),
        then=reverse("agency:customer-detail", args=[contact.customer.public_id]),
    )
