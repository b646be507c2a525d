"""Mails to owners about the end of their agency.

They are the platform's own, because the agency is our customer here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portals.addresses import URLCONFS
from portals.flows.notices import Notice, write_day
from spotex.kernel.events import on
from tenants.events import (
    AgencyDeleted,
    ClosingReminded,
    ClosingRequested,
    ClosingWithdrawn,
    ClosureEvent,
)
from tenants.hosts import host_of, url_for
from tenants.models import Agency, Closure
from tenants.selectors import list_owners_of
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName


def write_requested(closure: Closure) -> Notice:
    """Say that the portals are closed, and until when that can be taken back."""
    return Notice(
        title=_("%(agency)s is being closed") % _words(closure),
        paragraphs=(
            _(
                "%(person)s asked us to delete %(agency)s. Portals, API and sites show a notice "
                "from now on."
            )
            % _words(closure),
            _(
                "On %(day)s everything is deleted for good. Until then every owner can download "
                "all data, or take it back."
            )
            % _words(closure),
        ),
    )


def write_reminded(closure: Closure) -> Notice:
    """Say that little of the grace is left."""
    return Notice(
        title=_("%(agency)s will be deleted on %(day)s") % _words(closure),
        paragraphs=(
            _(
                "This is the last chance to download your data, or to take it back. After that "
                "nothing can be restored, by us neither."
            ),
        ),
    )


def write_withdrawn(closure: Closure) -> Notice:
    """Say that the agency goes on."""
    return Notice(
        title=_("%(agency)s goes on") % _words(closure),
        paragraphs=(
            _("Nothing is deleted. Portals and API answer again; the sites are being started."),
        ),
    )


def write_deleted(closure: Closure) -> Notice:
    """Say that everything is gone, and what is kept."""
    return Notice(
        title=_("Your agency has been deleted"),
        paragraphs=(
            _("All data and sites of %(agency)s have been deleted, as asked for.")
            % _words(closure),
            _(
                "We keep its name and address, and what was billed, for as long as the law asks. "
                "Thank you for having been with us."
            ),
        ),
    )


def _words(closure: Closure) -> dict[str, str]:
    person = _("Our staff") if closure.by_staff else closure.requested_by.full_name
    return {"agency": closure.name, "day": write_day(closure.delete_at), "person": person}


Writer = Callable[[Closure], Notice]
WRITERS: Final[dict[type[ClosureEvent], Writer]] = {
    ClosingRequested: write_requested,
    ClosingReminded: write_reminded,
    ClosingWithdrawn: write_withdrawn,
}


@on(ClosingRequested, ClosingReminded, ClosingWithdrawn)
def mail_closing_notice(event: ClosureEvent) -> None:
    """Tell the owners how the end of their agency stands."""
    _mail_owners(event.agency_id, event.closure_id, write=WRITERS[type(event)])


@on(AgencyDeleted)
def mail_end(event: AgencyDeleted) -> None:
    """Tell the owners that all is done; nothing is left to open."""
    _mail_owners(event.agency_id, event.closure_id, write=write_deleted)


def _mail_owners(agency_id: int, closure_id: int, *, write: Writer) -> None:
    closure = Closure.objects.select_related("requested_by").get(pk=closure_id)
    agency = Agency.objects.get(pk=agency_id)
    path = reverse("agency:data-detail", urlconf=URLCONFS[PortalName.AGENCY])
    link = url_for(host_of(agency.slug, PortalName.AGENCY), path)
    for owner in list_owners_of(agency.pk):
        language = owner.language or agency.language
        with translation.override(language), timezone.override(agency.time_zone):
            notice = write(closure)
            button = _("Open data and deletion")
        letter = render_letter(
            "owner_notice",
            agency=None,
            language=language,
            context={
                "notice": notice,
                "user": owner,
                "link": "" if write is write_deleted else link,
                "button": button,
            },
        )
        about = None if write is write_deleted else agency  # the last word outlives the agency
        queue_mail(letter, recipient=owner.email, agency=None, about=about)
