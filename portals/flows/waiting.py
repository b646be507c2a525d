"""Mails about the waiting list, in the agency's brand and the language of whoever waits.

Queued in the transaction of what happened: no time is held for anybody who is not told.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from booking.events.waiting import WishEvent, WishMade, WishMissed, WishOffered
from booking.guest_links import sign_wish
from booking.lengths import write_length
from booking.models import Hold, Wish
from booking.periods import Period
from portals.addresses import address_in
from portals.stay_times import write_moment, write_stay, zone_of
from portals.templatetags.ui import money
from spotex.kernel.events import on
from tenants.hosts import AgencySnapshot
from tenants.selectors import find_agency_snapshot
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class WishNotice:
    """One mail: title, paragraphs, facts as names with values, and what the link says."""

    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    button: str


@on(WishMade, WishOffered, WishMissed)
def mail_wish(event: WishEvent) -> None:
    """Tell who waits that they are on the list, that a time is theirs to take, or was."""
    agency = find_agency_snapshot(event.actor.agency_id or 0)
    if agency is None:
        return
    found = Wish.objects.select_related("space__location", "customer", "hold")
    wish = found.get(public_id=event.wish)
    language = wish.language or agency.language
    with translation.override(language):
        notice = _write(wish, kind=type(event))
    letter = render_letter(
        "wish",
        agency=agency,
        language=language,
        context={"notice": notice, "name": wish.name, "link": _find_url(wish, agency=agency)},
    )
    queue_mail(letter, recipient=wish.email, agency=agency)


def _write(wish: Wish, *, kind: type[WishEvent]) -> WishNotice:
    words, hold = {"space": wish.space.name}, wish.hold
    if kind is WishOffered and hold is not None:
        return _write_offer(wish, hold=hold)
    if kind is WishMissed:
        return WishNotice(
            title=_("The offer is over: %(space)s") % words,
            paragraphs=(
                _("You did not take the time that we held for you: it goes to the next."),
                _("If you still want one, join the waiting list again."),
            ),
            facts=_list_facts(wish),
            button=_("See the times"),
        )
    return WishNotice(
        title=_("You are on the waiting list: %(space)s") % words,
        paragraphs=(_("We write to you as soon as the time comes free, and hold it for you."),),
        facts=_list_facts(wish),
        button=_("See or leave the list"),
    )


def _write_offer(wish: Wish, *, hold: Hold) -> WishNotice:
    space, zone = wish.space, zone_of(wish.space)
    stay = Period(start=hold.starts_at, end=hold.ends_at)
    words, price = write_stay(stay, zone=zone), hold.price
    facts = [
        (_("Space"), space.name),
        (_("When"), f"{words.day}, {words.hours} ({words.zone})"),
        (
            _("Place"),
            ", ".join(one for one in (space.location.name, space.location.address) if one),
        ),
    ]
    if price.total_minor:
        facts.append((_("Price"), money(price.total_minor, price.currency)))
    until = _("It is held for you until %(moment)s. Whoever is next in the line gets it then.")
    return WishNotice(
        title=_("Your time came free: %(space)s") % {"space": space.name},
        paragraphs=(
            _("The time that you wait for came free."),
            until % {"moment": write_moment(hold.expires_at, zone=zone)},
        ),
        facts=tuple(facts),
        button=_("Take it"),
    )


def _list_facts(wish: Wish) -> tuple[tuple[str, str], ...]:
    window = Period(start=wish.starts_at, end=wish.ends_at)
    words = write_stay(window, zone=zone_of(wish.space))
    return (
        (_("Space"), wish.space.name),
        (_("Between"), f"{words.day}, {words.hours} ({words.zone})"),
        (_("How long"), write_length(wish.minutes)),
    )


def _find_url(wish: Wish, *, agency: AgencySnapshot) -> str:
    """Return where whoever waits stands: in the portal, or by a signed link.

    The link serves those without an account, also where somebody else put them on the list.
    """
    if wish.booker == wish.public_id:
        view = ["guest-wish-detail", sign_wish(wish.public_id)]
    elif wish.hold is not None and wish.state == "OFFERED":
        view = ["customer:hold-book", wish.hold.public_id]
    else:
        view = ["customer:wish-list"]
    return address_in(PortalName.CUSTOMER, *view, agency=agency)
