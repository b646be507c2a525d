"""Mails about reservations: in the reservation's language, with a file calendars understand."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string, policy

import pytest
from django.utils import timezone
from icalendar import Calendar

from booking.bookers import Booker
from booking.models import Claim, Reservation
from booking.recurrence import Pattern
from booking.services.appointments import remind_of_stay, stop_waiting
from booking.services.arrivals import mark_missed, undo_missed
from booking.services.cancelling import cancel_reservation
from booking.services.extending import extend_stay
from booking.services.requests import approve_request, decline_request
from booking.services.reservations import Visitor, book_space, expire_reservation
from booking.services.series import SeriesPlan, book_series
from booking.services.series_cancelling import cancel_as_said
from booking.tests.paid import pay_for
from portals.tests.traces.words import find_traces
from spotex.kernel.actor import Actor
from tenants.access import system_actor
from tenants.models import Agency, MailMessage
from tenants.services.mail import blank_old_mail, deliver_mail_message
from tenants.tests.smtp_server import running_post


@pytest.fixture
def actor(in_agency) -> Actor:
    return system_actor(in_agency)


@pytest.fixture
def book(space, stay, actor, now):
    """Return ``book(language="en", customer=None, **fields of the space)``."""

    def make(*, language: str = "it", customer=None, **fields) -> Reservation:
        for name, value in fields.items():
            setattr(space, name, value)
        space.save()
        return book_space(
            space,
            stay=stay,
            booker=Booker(key="guest_rita", is_guest=True),
            visitor=Visitor(
                name="Rita Rivale", email="rita@rivale.test", language=language, customer=customer
            ),
            actor=actor,
            now=now,
        )

    return make


def _last() -> MailMessage:
    return MailMessage.objects.latest("pk")


def _read_event(mail: MailMessage):
    return Calendar.from_ical(mail.file_text).events[0]


@pytest.mark.parametrize(
    ("language", "title"),
    [("it", "Studio Acme: La tua prenotazione è confermata: Sala Blu"),
     ("en", "Studio Acme: Your reservation is confirmed: Sala Blu")],
)  # fmt: skip
def test_a_confirmation_speaks_the_language_of_the_reservation(book, language, title) -> None:
    reservation = book(language=language)

    mail = _last()
    event = _read_event(mail)
    assert mail.subject == title
    assert mail.recipient == "rita@rivale.test"
    assert reservation.code in mail.text
    assert mail.file_type == "text/calendar; method=REQUEST"
    assert event["uid"].startswith(f"{reservation.public_id}@")
    assert event["attendee"] == "mailto:rita@rivale.test"
    assert event["dtstart"].dt == reservation.starts_at


def test_a_guests_mail_leads_to_a_signed_page_and_a_customers_to_the_portal(
    book, customer, actor, now
) -> None:
    guests = book()
    assert f"/book/reservations/{guests.public_id}." in _last().text

    cancel_reservation(guests, actor=actor, now=now)
    customers = book(customer=customer)
    assert f"/reservations/{customers.public_id}/" in _last().text


def test_a_cancellation_takes_the_same_entry_out_of_the_calendar(book, actor, now) -> None:
    reservation = book()
    before = _read_event(_last())

    cancel_reservation(reservation, actor=actor, now=now, reason="Pioggia")

    mail = _last()
    after = _read_event(mail)
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["status"] == "CANCELLED"
    assert mail.file_type == "text/calendar; method=CANCEL"
    assert "Pioggia" in mail.text


def test_what_is_paid_first_is_announced_and_expires_without_a_file(book, actor, now) -> None:
    reservation = book(payment="PREPAID", hourly_minor=2_000)
    waiting = _last()
    assert "In attesa del tuo pagamento" in waiting.subject
    assert "20,00" in waiting.text
    assert not waiting.file_name

    Claim.objects.update(valid=(now - timedelta(hours=1), now - timedelta(minutes=1)))
    expire_reservation(reservation, actor=actor)
    assert "Non pagata in tempo" in _last().subject


def test_people_are_reminded_and_missed(book, actor) -> None:
    reservation = book(reminder_hours=1, patience_minutes=15)

    remind_of_stay(reservation, actor=actor, now=reservation.starts_at - timedelta(minutes=30))
    assert "Ti aspettiamo presto" in _last().subject
    assert find_traces(_last().html) == []

    stop_waiting(reservation, actor=actor, now=reservation.starts_at + timedelta(minutes=15))
    assert "Non ti abbiamo visto" in _last().subject


def test_nothing_is_mailed_for_what_did_not_happen(book, actor, now) -> None:
    reservation = book()
    cancel_reservation(reservation, actor=actor, now=now)
    count = MailMessage.objects.count()

    cancel_reservation(reservation, actor=actor, now=now)

    assert MailMessage.objects.count() == count


def test_the_file_goes_over_the_wire_without_the_platforms_name(
    book, actor, now, settings, in_agency: Agency
) -> None:
    settings.SPOTEX_MAIL_DOMAIN, settings.DEFAULT_FROM_EMAIL = "posta.test", "no-reply@posta.test"
    settings.SPOTEX_BASE_DOMAIN = "portale.test"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    reservation = book()
    with running_post() as post:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
        deliver_mail_message(mail_id=_last().pk, at=timezone.now())
        raw = post.taken[-1]

    message = message_from_string(raw, policy=policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    file = parts["text/calendar"]
    assert file.get_filename() == f"{reservation.code}.ics"
    assert file["Content-Type"].params["method"] == "REQUEST"
    shown = [str(part.get_content()) for part in parts.values()]
    assert [found for text in [raw, *shown] for found in find_traces(text)] == []


def test_what_was_sent_is_forgotten(book, now) -> None:
    book()
    MailMessage.objects.update(state="FAILED", updated_at=now - timedelta(days=40))

    blank_old_mail(at=now)

    assert _last().file_text == ""


def test_a_request_is_mailed_to_both_sides(book, in_agency, owner, viewer) -> None:
    request = book(needs_approval=True)

    mails = {mail.recipient: mail for mail in MailMessage.objects.order_by("pk")}
    assert "Abbiamo la tua richiesta" in mails["rita@rivale.test"].subject
    assert not mails["rita@rivale.test"].file_name
    assert "Rita Rivale" in mails[owner.email].text
    assert f"/reservations/{request.public_id}/" in mails[owner.email].text
    assert viewer.email not in mails


@pytest.mark.parametrize(
    ("fields", "subject", "has_file"),
    [
        ({}, "La tua prenotazione è confermata", True),
        ({"payment": "PREPAID", "hourly_minor": 2_000}, "Approvata, da pagare", False),
    ],
)
def test_a_yes_is_one_mail_with_the_words(book, actor, now, fields, subject, has_file) -> None:
    request = book(needs_approval=True, **fields)
    count = MailMessage.objects.count()

    approve_request(request, actor=actor, now=now, words="Con piacere")

    mail = _last()
    assert MailMessage.objects.count() == count + 1
    assert subject in mail.subject
    assert "Con piacere" in mail.text
    assert bool(mail.file_name) == has_file


def test_a_no_and_a_silence_are_mailed(book, actor, now) -> None:
    request = book(needs_approval=True)

    expire_reservation(request, actor=actor)
    silence = _last()
    Reservation.objects.update(state="PENDING_APPROVAL")
    decline_request(request, actor=actor, now=now, words="Lavori")

    assert "Nessuna risposta in tempo" in silence.subject
    assert "Lavori" in _last().text


def test_who_was_noted_as_missing_by_mistake_is_told(book, owner_actor) -> None:
    reservation = book()
    mark_missed(reservation, actor=owner_actor, now=reservation.starts_at)

    undo_missed(reservation, actor=owner_actor, now=reservation.starts_at)

    assert "di nuovo tuo" in _last().subject


@pytest.fixture
def series(space, stay, actor, now) -> list[Reservation]:
    """Three days, ten euros each, paid later."""
    space.payment, space.hourly_minor = "PAY_LATER", 1_000
    space.save()
    _series, outcomes = book_series(
        SeriesPlan(space=space, stay=stay, pattern=Pattern(frequency="DAILY", count=3)),
        booker=Booker(key="guest_rita", is_guest=True),
        visitor=Visitor(name="Rita Rivale", email="rita@rivale.test", language="en"),
        actor=actor,
        now=now,
    )
    return [one.reservation for one in outcomes if one.reservation]


def test_one_mail_tells_of_a_series_with_one_file_and_its_price(series) -> None:
    mail = MailMessage.objects.get()

    events = Calendar.from_ical(mail.file_text).events
    assert (mail.file_name, mail.file_type) == (
        "reservations.ics",
        "text/calendar; method=PUBLISH",
    )
    assert [event["uid"].partition("@")[0] for event in events] == [one.public_id for one in series]
    assert {event["status"] for event in events} == {"CONFIRMED"}
    assert "You pay later, €30.00 in all." in mail.text
    assert mail.text.count("€10.00") == 3
    assert all(one.code in mail.text for one in series)
    assert find_traces(mail.text) == []


@pytest.mark.parametrize(("scope", "count"), [("all", 3), ("following", 2), ("one", 1)])
def test_one_mail_tells_of_all_that_are_called_off(series, actor, now, scope, count) -> None:
    cancel_as_said(series[1], actor=actor, now=now, reason="Pioggia", scope=scope)

    _booked, mail = MailMessage.objects.order_by("pk")
    gone = Reservation.objects.filter(state="CANCELLED").values_list("code", flat=True)
    assert [code in mail.text for code in gone] == [True] * count
    assert mail.file_type == ("text/calendar; method=CANCEL" if scope == "one" else "")
    assert ("attached file" in mail.text) == (scope == "one")
    assert "Pioggia" in mail.text


def test_what_was_called_off_before_is_not_told_again(series, actor, now) -> None:
    cancel_as_said(series[1], actor=actor, now=now, reason="", scope="one")
    series[1].refresh_from_db()

    cancel_as_said(series[1], actor=actor, now=now, reason="", scope="following")

    mail = _last()
    assert MailMessage.objects.count() == 3
    assert (series[2].code in mail.text, series[1].code in mail.text) == (True, False)
    assert "come back to you" not in mail.text


def test_what_comes_back_for_a_series_is_one_sum(series, actor, now) -> None:
    for one in series[:2]:
        pay_for(one, actor=actor, now=now)
    MailMessage.objects.all().delete()

    cancel_as_said(series[0], actor=actor, now=now, reason="", scope="all")

    mails = [mail.text for mail in MailMessage.objects.all()]
    assert [text for text in mails if "€20.00 come back to you." in text]


def test_who_stays_longer_hears_what_is_still_to_be_paid(book, actor, now) -> None:
    reservation = book(language="en", payment="PREPAID", hourly_minor=2_000, deposit_percent=30)
    pay_for(reservation, actor=actor, now=now)

    extend_stay(
        reservation,
        ends_at=reservation.ends_at + timedelta(hours=1),
        booker=Booker(key="user_1", is_staff=True),
        actor=actor,
        now=reservation.starts_at,
    )

    assert "€34.00 are still to be paid" in _last().text
