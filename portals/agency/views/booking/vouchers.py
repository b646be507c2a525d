"""Vouchers: list, one of them with its uses, data, end."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_voucher
from booking.models import Voucher
from booking.selectors.vouchers import list_counting_uses, list_vouchers_for, search_vouchers
from booking.services.vouchers import change_voucher, create_voucher, end_voucher
from portals.agency.forms.chosen_spaces import list_spaces_to_choose
from portals.agency.forms.vouchers import RENAMED, VoucherChangeForm, VoucherCreateForm
from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate, read_search
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE
_SHOWN_USES: Final = 20


@portal_view(Permission.SPACE_VIEW)
def list_vouchers(request: PortalRequest) -> HttpResponse:
    """Show the codes that make stays cheaper, and how often each was used."""
    text = read_search(request)
    context = {
        "page": paginate(request, search_vouchers(list_vouchers_for(request.actor), text=text)),
        "search": text,
        "today": timezone.localdate(),
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(
        request, "portals/agency/vouchers/list.html", context, partials={"voucher-rows": "rows"}
    )


@portal_view(_MANAGE, methods=_FORM)
def add_voucher(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new voucher."""
    form = VoucherCreateForm(posted(request), spaces=list_spaces_to_choose(request.actor))
    made = apply_form(
        form, lambda: create_voucher(actor=request.actor, **form.values()), renamed=RENAMED
    )
    if made is not None:
        toast(request, _("%(name)s is added.") % {"name": made.code})
        return go(request, _page_of(made))
    return _show_form(request, {"form": form}, status=422 if form.is_bound else 200)


@portal_view(Permission.SPACE_VIEW)
def show_voucher(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one voucher and for what it was used."""
    voucher = access_voucher(request.actor, public_id)
    uses = list_counting_uses(voucher).select_related("reservation__space", "hold__space")
    entries = list_activity_for(request.actor).filter(subject_public_id=voucher.public_id)
    context = {
        "voucher": voucher,
        "spaces": voucher.spaces.order_by("name"),
        "uses": uses.order_by("-pk")[:_SHOWN_USES],
        "today": timezone.localdate(),
        "activity": describe_activity(entries[:6], actor=request.actor, pages=ACTIVITY_PAGES),
        "can_manage": request.actor.can(_MANAGE) and voucher.ended_at is None,
    }
    return render_page(request, "portals/agency/vouchers/detail.html", context)


@portal_view(_MANAGE, methods=_FORM)
def edit_voucher(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save what a voucher is worth, and its limits."""
    voucher = access_voucher(request.actor, public_id, permission=_MANAGE)
    spaces = list_spaces_to_choose(request.actor)
    initial = VoucherChangeForm.initial_of(voucher)
    form = VoucherChangeForm(posted(request), spaces=spaces, initial=initial)

    def save() -> Voucher:
        version = form.value_of("version")
        return change_voucher(voucher, actor=request.actor, version=version, **form.values())

    try:
        saved = apply_form(form, save, renamed=RENAMED)
    except Stale as error:
        data = renew_post(request, access_voucher(request.actor, public_id))
        again = VoucherChangeForm(data, spaces=spaces)
        context = {"form": again, "voucher": voucher, "stale": error.message}
        return _show_form(request, context, status=409)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(saved))
    status = 422 if form.is_bound else 200
    return _show_form(request, {"form": form, "voucher": voucher}, status=status)


@portal_view(_MANAGE, methods=_FORM)
def end(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then let nobody use a voucher any more."""
    voucher = access_voucher(request.actor, public_id, permission=_MANAGE)
    if request.method != "POST":
        return render_page(request, "portals/agency/vouchers/end.html", {"voucher": voucher})
    return carry_out(
        request,
        lambda: end_voucher(voucher, actor=request.actor, now=timezone.now()),
        done=_("%(name)s counts no more.") % {"name": voucher.code},
        then=reverse("agency:voucher-list"),
    )


def _show_form(request: PortalRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render_page(request, "portals/agency/vouchers/form.html", context, status=status)


def _page_of(voucher: Voucher) -> str:
    return reverse("agency:voucher-detail", args=[voucher.public_id])
