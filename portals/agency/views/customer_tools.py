"""Many customers at once."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portals.shared.access import portal_view
from portals.shared.htmx import go, render_page, toast, toast_with_undo
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import RuleViolation
from tenants.customers.selectors import list_customers_for
from tenants.customers.services.bulk import CustomerOutcome, act_on_customers
from tenants.customers.states import CustomerAction
from tenants.permissions import Permission

_RESULTS: Final = "customer_bulk"
"""Session key: what the last call did, for the page with reasons and for taking it back."""


@portal_view(Permission.CUSTOMER_MANAGE, methods=("GET", "HEAD", "POST"))
def act_on_many(request: PortalRequest) -> HttpResponse:
    """Archive or restore the chosen customers, and show what was refused."""
    if request.method != "POST":
        return _show_results(request)
    wanted = request.POST.get("action")
    action = next((one for one in CustomerAction if one.value == wanted), None)
    if action is None:
        toast(request, _("Choose what to do with the customers."), tone="error")
        return go(request, reverse("agency:customer-list"))
    ids = [one.replace("\0", "") for one in request.POST.getlist("ids")]
    return _act(request, ids, action=action)


@portal_view(Permission.CUSTOMER_MANAGE, methods=("POST",))
def undo_many(request: PortalRequest) -> HttpResponse:
    """Restore what the last call archived."""
    noted = request.session.get(_RESULTS, {})
    archived = noted.get("done", []) if noted.get("action") == CustomerAction.ARCHIVE else []
    return _act(request, archived, action=CustomerAction.RESTORE)


def _act(request: PortalRequest, ids: list[str], *, action: CustomerAction) -> HttpResponse:
    try:
        outcomes = act_on_customers(ids, actor=request.actor, action=action)
    except RuleViolation as error:
        toast(request, error.message, tone="error")
        return go(request, reverse("agency:customer-list"))
    done = [one.public_id for one in outcomes if not one.message]
    refused = [_note(one) for one in outcomes if one.message]
    request.session[_RESULTS] = {"action": action.value, "done": done, "refused": refused}
    if done:
        _say(request, action=action, count=len(done))
    return go(request, reverse("agency:customer-bulk" if refused else "agency:customer-list"))


def _note(outcome: CustomerOutcome) -> dict[str, str]:
    name = outcome.name or outcome.public_id[:40]
    return {"public_id": outcome.public_id, "name": name, "message": outcome.message}


def _say(request: PortalRequest, *, action: CustomerAction, count: int) -> None:
    values = {"number": count}
    if action is CustomerAction.RESTORE:
        text = ngettext("%(number)d customer is active.", "%(number)d customers are active.", count)
        toast(request, text % values)
        return
    text = ngettext("%(number)d customer is archived.", "%(number)d customers are archived.", count)
    toast_with_undo(request, text % values, undo=reverse("agency:customer-bulk-undo"))


def _show_results(request: PortalRequest) -> HttpResponse:
    rows: list[dict[str, Any]] = request.session.get(_RESULTS, {}).get("refused", [])
    ids = [row["public_id"] for row in rows]
    seen = set(
        list_customers_for(request.actor)
        .filter(public_id__in=ids)
        .values_list("public_id", flat=True),
    )
    refused = [{**row, "is_seen": row["public_id"] in seen} for row in rows]
    title = _("Many customers at once")
    context = {"refused": refused, "title": title}
    return render_page(request, "portals/agency/customers/bulk.html", context)
