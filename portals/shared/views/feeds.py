"""Calendar feeds: the page on which a person makes, renews and revokes them, and the files."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from booking.access import access_location, access_space
from booking.models import Feed
from booking.outside_access import access_feed, access_feed_by_secret
from booking.selectors.feeds import list_feeds_for
from booking.selectors.places import list_locations_for, list_spaces_for
from booking.services.feeds import create_feed, note_feed_content, renew_feed, revoke_feed
from portals.calendars import CALENDAR_TYPE
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.booking.feeds import address_of_feed, name_feed, write_content_of_feed
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.once import keep_once, take_once
from portals.shared.requests import PortalRequest, address_of
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from spotex.kernel.limits import HOUR, network_of, require_within
from tenants.hosts import AgencySnapshot
from tenants.permissions import Permission
from tenants.tokens import digest_of

READINGS_PER_HOUR: Final = 120
"""How often one address may be read; calendars do it once an hour or less."""

GUESSES_PER_HOUR: Final = 60
"""How often one network may ask for addresses that do not exist."""

_FORM: Final = ("GET", "HEAD", "POST")
_VIEW: Final = Permission.RESERVATION_VIEW
_MOST_PLACES: Final = 500


class FeedForm(PortalForm):
    """Of what, and whether it names who comes."""

    subject = forms.ChoiceField(label=gettext_lazy("Calendar of"))
    says = forms.ChoiceField(
        label=gettext_lazy("What it says"),
        choices=[
            ("who", gettext_lazy("Who comes: for yourself only")),
            ("busy", gettext_lazy("“Busy” and no more: to pass on")),
        ],
        widget=forms.RadioSelect,
        initial="who",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.customer_id is not None:
            del self.fields["subject"], self.fields["says"]
            return
        locations = list_locations_for(actor)[:_MOST_PLACES]
        spaces = list_spaces_for(actor)[:_MOST_PLACES]
        choice = self.fields["subject"]
        choice.choices = [  # type: ignore[attr-defined]
            (_("Locations"), [(one.public_id, one.name) for one in locations]),
            (_("Spaces"), [(one.public_id, f"{one.name} · {one.location.name}") for one in spaces]),
        ]
        if not actor.can(Permission.SPACE_MANAGE):
            del self.fields["says"]


@portal_view(_VIEW, methods=_FORM)
def list_feeds(request: PortalRequest) -> HttpResponse:
    """Show the person's feeds, and make a new one."""
    actor = request.actor
    initial = {"subject": request.GET.get("subject", "")}
    form = FeedForm(posted(request), actor=actor, initial=initial)
    made = apply_form(form, lambda: _create(actor, form))
    if made is not None:
        return _lead_to_address(request, *made)
    page = paginate(request, list_feeds_for(actor))
    context = {
        "form": form,
        "page": page,
        "rows": [(feed, name_feed(feed), _is_own(feed, actor)) for feed in page.object_list],
        "can_make": not actor.support_session,
        "renew_name": f"{request.portal}:feed-renew",
        "revoke_name": f"{request.portal}:feed-revoke",
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/shared/feeds/list.html", context, status=status)


def _create(actor: Actor, form: FeedForm) -> tuple[Feed, str]:
    wanted = form.cleaned_data.get("subject", "")
    return create_feed(
        actor=actor,
        space=access_space(actor, wanted) if wanted.startswith("spc") else None,
        location=access_location(actor, wanted) if wanted.startswith("loc") else None,
        says_who=form.cleaned_data.get("says", "who") == "who",
    )


def _is_own(feed: Feed, actor: Actor) -> bool:
    """Tell whether somebody may have another address for it, and not only revoke it."""
    return not feed.says_who or feed.owner_id == actor.user_id


def _lead_to_address(request: PortalRequest, feed: Feed, secret: str) -> HttpResponse:
    keep_once(request, secret, name=feed.public_id, at=timezone.now())
    return go(request, reverse(f"{request.portal}:feed-created", args=[feed.public_id]))


@never_cache
@portal_view(_VIEW)
def show_new_feed(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the address of a feed to the person who made it, this once."""
    feed = access_feed(request.actor, public_id)
    secret = take_once(request, name=feed.public_id, at=timezone.now())
    if secret is None:
        toast(request, _("An address is shown only once, right after it is made."), tone="info")
        return go(request, _list_of(request))
    address = address_of_feed(feed, secret, agency=_agency_of(request))
    context = {
        "feed": feed,
        "name": name_feed(feed),
        "address": address,
        "webcal": f"webcal:{address.split(':', 1)[1]}",
        "back": _list_of(request),
    }
    return render_page(request, "portals/shared/feeds/created.html", context)


@portal_view(_VIEW, methods=("POST",))
def renew(request: PortalRequest, public_id: str) -> HttpResponse:
    """Give a feed another address."""
    feed = access_feed(request.actor, public_id)
    return _lead_to_address(request, *renew_feed(feed, actor=request.actor))


@portal_view(_VIEW, methods=_FORM)
def revoke(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then refuse whoever reads a feed."""
    feed = access_feed(request.actor, public_id)
    back = _list_of(request)
    if request.method != "POST":
        context = {"feed": feed, "name": name_feed(feed), "back": back}
        return render_page(request, "portals/shared/feeds/revoke.html", context)
    return carry_out(
        request,
        lambda: revoke_feed(feed, actor=request.actor, at=timezone.now()),
        done=_("Calendars read this feed no longer."),
        then=back,
    )


@portal_view(public=True)
def send_feed(request: PortalRequest, secret: str) -> HttpResponse:
    """Send a feed to a calendar, unless it has it already; the address is the permission."""
    agency, at = _agency_of(request), timezone.now()
    require_within("feed", digest_of(secret), allowed=READINGS_PER_HOUR, seconds=HOUR)
    try:
        feed, reader = access_feed_by_secret(secret, agency=agency)
    except Missing:
        network = network_of(address_of(request))
        require_within("feed-guess", network, allowed=GUESSES_PER_HOUR, seconds=HOUR)
        raise
    content = write_content_of_feed(feed, actor=reader, agency=agency, at=at)
    changed = note_feed_content(feed, content, at=at)
    etag = quote_etag(digest_of(content.decode()))
    response = HttpResponse(content, content_type=f"{CALENDAR_TYPE}; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed.timestamp())
    response["X-Robots-Tag"] = "noindex"
    answer = get_conditional_response(
        request, etag=etag, last_modified=int(changed.timestamp()), response=response
    )
    return answer or response


def _agency_of(request: PortalRequest) -> AgencySnapshot:
    if request.agency is None:
        raise Missing(_("There is nothing at this address."))
    return request.agency


def _list_of(request: PortalRequest) -> str:
    return reverse(f"{request.portal}:feed-list")
