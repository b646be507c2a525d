"""Guests prove their address before anything is booked."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from django.utils import timezone

from booking.access import access_guest_reservation
from booking.bookers import Booker
from booking.guest_links import sign_reservation
from booking.models import Hold, Reservation
from booking.selectors.reservations import list_open_holds
from booking.services.guests import (
    CODES_TO_ADDRESS,
    TRIES,
    WrongCode,
    book_as_guest,
    find_code,
    send_code,
)
from booking.services.holds import HoldExpired, hold_space, release_hold
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from spotex.kernel.limits import LimitExceeded
from tenants.access import system_actor
from tenants.hosts import snapshot_of
from tenants.models import MailMessage


@pytest.fixture
def actor(in_agency) -> Actor:
    return replace(system_actor(in_agency), address="192.0.2.7")


@pytest.fixture
def guest(rival) -> Booker:
    return replace(rival, language="it")


@pytest.fixture
def hold(space, stay, guest, actor, now) -> Hold:
    return hold_space(space, stay=stay, booker=guest, actor=actor, now=now)


@pytest.fixture
def send(hold, guest, actor, in_agency):
    def make(**changes) -> Hold:
        agency = snapshot_of(in_agency)
        booker = replace(guest, **changes)
        return send_code(hold, booker=booker, about="Sala Blu", agency=agency, actor=actor)

    return make


@pytest.fixture
def book(hold, guest, actor, now):
    def make(code: str, **changes) -> Reservation:
        booker = replace(guest, **changes)
        return book_as_guest(hold, code=code, booker=booker, notes="", actor=actor, now=now)

    return make


def test_the_code_of_the_mail_books(send, book, hold, guest) -> None:
    longer = send()
    mail = MailMessage.objects.get()
    code = find_code(hold, email=guest.email)

    reservation = book(f" {code[:3]} {code[3:]} ")

    assert code in mail.text
    assert mail.recipient == guest.email
    assert longer.expires_at >= hold.expires_at
    assert (reservation.state, reservation.email) == ("CONFIRMED", guest.email)


def test_another_code_books_nothing_and_keeps_the_hold(book, hold, guest) -> None:
    right = find_code(hold, email=guest.email)

    for wrong in ("", "000000" if right != "000000" else "111111", right[:-1], "à"):
        with pytest.raises(WrongCode):
            book(wrong)
    assert not Reservation.objects.exists()
    assert list_open_holds(guest.key).exists()


def test_a_code_proves_one_address_only(book, hold, guest) -> None:
    code = find_code(hold, email=guest.email)

    with pytest.raises(WrongCode):
        book(code, email="altra@rivale.test")


def test_codes_are_not_guessed_for_ever(book, hold, guest) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for _number in range(TRIES):
            with pytest.raises(WrongCode):
                book("x")

        with pytest.raises(LimitExceeded):
            book(find_code(hold, email=guest.email))


def test_nobody_is_flooded_with_codes(send) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for _number in range(CODES_TO_ADDRESS):
            send()

        with pytest.raises(LimitExceeded):
            send()
    assert MailMessage.objects.count() == CODES_TO_ADDRESS


def test_no_code_for_what_is_not_held(send, hold, guest, actor) -> None:
    with pytest.raises(Missing):
        send(key="guest_other")
    release_hold(hold, booker=guest, actor=actor)
    with pytest.raises(HoldExpired):
        send()
    assert not MailMessage.objects.exists()


def test_a_signed_link_leads_to_one_reservation(book, hold, guest) -> None:
    reservation = book(find_code(hold, email=guest.email))
    token = sign_reservation(reservation.public_id)

    assert access_guest_reservation(token) == reservation
    for forged in ("", "x", reservation.public_id, f"{token}x", f"{token[:-2]}AA"):
        with pytest.raises(Missing):
            access_guest_reservation(forged)
