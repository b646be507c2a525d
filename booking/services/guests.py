"""Guests book when the address they gave is theirs: a code goes there, and comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Hold, Reservation
from booking.periods import Period
from booking.services.holds import extend_hold
from booking.services.reservations import Visitor, book_space
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.limits import HOUR, network_of, require_within
from tenants.hosts import AgencySnapshot
from tenants.services.mail import queue_mail, render_letter

CODE_DIGITS: Final = 6
CODES_TO_ADDRESS: Final = 5
CODES_FROM_NETWORK: Final = 20
TRIES: Final = 10
"""How often a code may be guessed for one hold, which lasts less than an hour."""

_SALT: Final = "booking.guest-code"


class WrongCode(RuleViolation):
    """The code is not the one in the mail."""

    code = "wrong_code"


def find_code(hold: Hold, *, email: str) -> str:
    """Return the code that proves an address for one hold.

    It follows from the hold, the address and the server's secret, so that nothing is stored and
    a second mail says the same.
    """
    said = f"{hold.public_id}:{email.strip().lower()}"
    number = int(salted_hmac(_SALT, said, algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


@transaction.atomic
def send_code(
    hold: Hold, *, booker: Booker, about: str, agency: AgencySnapshot, actor: Actor
) -> Hold:
    """Mail the code, and keep the time for the guest meanwhile.

    Args:
        hold: with its space.
        booker: the guest, with address and language.
        about: what is booked, in a line of the guest's language.
        agency: whose brand the mail has.
        actor: who asks, with the network's address.

    Raises:
        LimitExceeded: too many codes were asked for.
        Missing: the hold is somebody else's.
        HoldExpired: it is over.
    """
    to, network = booker.email.strip().lower(), network_of(actor.address)
    require_within("guest-code-to", to, allowed=CODES_TO_ADDRESS, seconds=HOUR)
    require_within("guest-code-from", network, allowed=CODES_FROM_NETWORK, seconds=HOUR)
    hold = extend_hold(hold, booker=booker, actor=actor)
    letter = render_letter(
        "guest_code",
        agency=agency,
        language=booker.language or agency.language,
        context={"code": find_code(hold, email=to), "about": about, "name": booker.name},
    )
    queue_mail(letter, recipient=to, agency=agency)
    return hold


def book_as_guest(
    hold: Hold, *, code: str, booker: Booker, notes: str, actor: Actor, now: datetime
) -> Reservation:
    """Book what a guest holds, if the code from the mail is right.

    Args:
        hold: with its space, and that with its location.
        code: what the guest typed.
        booker: the guest, with name, address and language.
        notes: for who prepares the space.
        actor: who asks.
        now: the present moment.

    Raises:
        LimitExceeded: too many codes were tried.
        WrongCode: it is another one.
        Missing, HoldExpired, SlotTaken, StayRefused, MembersOnly: see ``book_space``.
    """
    require_within("guest-code-try", hold.public_id, allowed=TRIES, seconds=HOUR)
    typed = "".join(code.split())
    if not constant_time_compare(typed, find_code(hold, email=booker.email)):
        raise WrongCode(_("This is not the code from the mail. Check it."), field="code")
    return book_space(
        hold.space,
        stay=Period(start=hold.starts_at, end=hold.ends_at),
        booker=booker,
        visitor=Visitor(
            name=booker.name, email=booker.email, language=booker.language, notes=notes
        ),
        actor=actor,
        now=now,
        hold=hold,
    )
