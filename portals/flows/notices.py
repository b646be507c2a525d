"""What owners are told about plan, payments and limits, in the platform's own name.

Each function returns the sentences of one mail in the active language; ``portals.flows.owners``
queues them. The agency is Spotex's customer here: these are the only mails without its brand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portals.templatetags.ui import money
from tenants.limits import LIMIT_LABELS
from tenants.models import Agency, Subscription
from tenants.states import SubscriptionStatus


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One mail: its title and its paragraphs; ``button`` names another page than the plan's."""

    title: str
    paragraphs: tuple[str, ...]
    button: str = ""


def write_reminder(agency: Agency, current: Subscription) -> Notice:
    """Remind of the trial's end, or of a payment."""
    if current.status == SubscriptionStatus.TRIAL:
        return Notice(
            title=_("The trial of %(agency)s ends soon") % {"agency": agency.name},
            paragraphs=(
                _("The trial of the plan %(plan)s ends on %(day)s.") % _words(current),
                _(
                    "Then the first month of %(price)s is to be paid by bank transfer. You can "
                    "choose another plan, or cancel, at any time."
                )
                % _words(current),
            ),
        )
    return Notice(
        title=_("Reminder: a payment of %(amount)s is open") % _words(current),
        paragraphs=(_how_to_pay(current), _what_follows(current)),
    )


def write_past_due(agency: Agency, current: Subscription) -> Notice:
    """Say that money is expected now."""
    return Notice(
        title=_("%(agency)s: a payment of %(amount)s is due")
        % {"agency": agency.name, **_words(current)},
        paragraphs=(
            _("The period of the plan %(plan)s from %(start)s to %(day)s is to be paid now.")
            % _words(current),
            _how_to_pay(current),
            _what_follows(current),
        ),
    )


def write_renewed(agency: Agency, current: Subscription) -> Notice:
    """Announce a new period and what it costs."""
    return Notice(
        title=_("%(agency)s: a new period of your plan") % {"agency": agency.name},
        paragraphs=(
            _("The period of the plan %(plan)s from %(start)s to %(day)s began.") % _words(current),
            _how_to_pay(current),
        ),
    )


def write_changed(agency: Agency, current: Subscription) -> Notice:
    """Confirm another plan."""
    paragraphs = [
        _("%(agency)s has the plan %(plan)s from now on.")
        % {"agency": agency.name, **_words(current)},
    ]
    if current.is_owed:
        paragraphs.append(_how_to_pay(current))
    return Notice(
        title=_("Your plan is now %(plan)s") % _words(current),
        paragraphs=tuple(paragraphs),
    )


def write_planned(agency: Agency, current: Subscription) -> Notice:
    """Confirm what happens at the end of the period."""
    if current.cancel_requested_at is not None:
        text = _(
            "The subscription of %(agency)s ends on %(day)s. Until then everything works as "
            "before, and you can undo the cancellation."
        )
    else:
        text = _(
            "%(agency)s has the plan %(next)s from %(day)s on, if what is in use fits into it "
            "then. Until that day you can undo the change."
        )
    return Notice(
        title=_("%(agency)s: a planned change") % {"agency": agency.name},
        paragraphs=(text % {"agency": agency.name, **_words(current)},),
    )


def write_dropped(agency: Agency, current: Subscription) -> Notice:
    """Explain why the smaller plan did not begin."""
    return Notice(
        title=_("%(agency)s keeps its plan") % {"agency": agency.name},
        paragraphs=(
            _(
                "The smaller plan could not begin, because more is in use than it includes. "
                "%(plan)s goes on for another period; you can plan the change again."
            )
            % _words(current),
        ),
    )


def write_suspended(agency: Agency, current: Subscription) -> Notice:
    """Say that the agency is closed until it is paid."""
    return Notice(
        title=_("%(agency)s is paused") % {"agency": agency.name},
        paragraphs=(
            _(
                "The payment of %(amount)s did not arrive. Portals, API and sites show a notice "
                "until it does. Nothing is lost: data is kept."
            )
            % _words(current),
            _how_to_pay(current),
        ),
    )


def write_cancelled(agency: Agency, _current: Subscription) -> Notice:
    """Say that the subscription is over."""
    return Notice(
        title=_("The subscription of %(agency)s has ended") % {"agency": agency.name},
        paragraphs=(
            _("Portals, API and sites show a notice now. Your data is kept for the time being."),
            _("Write to us if you want to come back."),
        ),
    )


def write_paid(agency: Agency, current: Subscription) -> Notice:
    """Thank for a payment."""
    return Notice(
        title=_("Your payment of %(amount)s has arrived") % _words(current),
        paragraphs=(
            _("Thank you. The plan %(plan)s of %(agency)s is paid until %(day)s.")
            % {"agency": agency.name, **_words(current)},
        ),
    )


def write_reactivated(agency: Agency, current: Subscription) -> Notice:
    """Say that everything works again, and until when it is to be paid."""
    return Notice(
        title=_("%(agency)s works again") % {"agency": agency.name},
        paragraphs=(_how_to_pay(current), _what_follows(current)),
    )


def write_closed(agency: Agency) -> Notice:
    """Say that staff closed the agency; the reason stays inside."""
    return Notice(
        title=_("%(agency)s is paused") % {"agency": agency.name},
        paragraphs=(
            _(
                "Spotex has paused this agency: portals, API and sites show a notice. "
                "Nothing is lost. Please answer this mail or contact support."
            ),
        ),
    )


def write_opened(agency: Agency) -> Notice:
    """Say that staff opened the agency again."""
    return Notice(
        title=_("%(agency)s works again") % {"agency": agency.name},
        paragraphs=(_("Portals and API answer as before; the sites are being started again."),),
    )


def write_near_limit(agency: Agency, *, resource: str, used: int, allowed: int) -> Notice:
    """Warn that little room is left."""
    words = {
        "agency": agency.name,
        "resource": str(LIMIT_LABELS[resource]),
        "used": used,
        "allowed": allowed,
    }
    return Notice(
        title=_("%(agency)s: %(resource)s, %(used)s of %(allowed)s in use") % words,
        paragraphs=_tell_room(agency.plan.name, room=allowed - used),
    )


def _tell_room(plan: str, *, room: int) -> tuple[str, str]:
    if room <= 0:
        return (
            _("Your plan %(plan)s is used up here.") % {"plan": plan},
            _("There is no room for more. A bigger plan begins at once."),
        )
    return (
        _("Your plan %(plan)s is almost used up here.") % {"plan": plan},
        ngettext(
            "There is room for %(n)s more. A bigger plan begins at once.",
            "There is room for %(n)s more. A bigger plan begins at once.",
            room,
        )
        % {"n": room},
    )


def _how_to_pay(current: Subscription) -> str:
    return _(
        "Please transfer %(amount)s (without VAT) to our bank account, following the invoice, "
        "with the reference %(reference)s."
    ) % _words(current)


def _what_follows(current: Subscription) -> str:
    return _(
        "If it has not arrived by %(grace)s, portals and sites are paused until it has."
    ) % _words(current)


def _words(current: Subscription) -> dict[str, str]:
    return {
        "plan": current.get_tier_display(),
        "next": current.get_next_tier_display(),
        "price": money(current.price_minor, current.currency),
        "amount": money(current.amount_minor, current.currency),
        "reference": current.public_id,
        "start": write_day(current.period_start),
        "day": write_day(current.period_end),
        "grace": write_day(current.grace_until),
    }


def write_day(moment: datetime | None) -> str:
    """Write a day in words, in the active zone and language."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_date(local, "d MMMM y", locale=(get_language() or "it").split("-")[0])
