"""Mails about money: in the payer's language, once, and to the owners where somebody must look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.bookers import Booker
from booking.models import Claim, Reservation
from booking.services.payments import (
    answer_payment,
    open_reservation_payment,
    proceed_with_payment,
)
from booking.services.reservations import Visitor, book_space, expire_reservation
from booking.states import PaymentRule
from portals.tests.traces.words import find_traces
from spotex.kernel.actor import Actor
from tenants.access import system_actor
from tenants.billing.gateways.base import Intent, Receipt
from tenants.billing.models import Payment, SandboxIntent
from tenants.billing.services.books import fail_payment, record_intent
from tenants.billing.services.decisions import carry_out_decision, drop_payment
from tenants.billing.services.payments import Bill, open_payment, pay, request_payment
from tenants.billing.services.refunds import record_receipt, request_refund
from tenants.billing.services.transfers import record_transfer
from tenants.billing.states import Decision, PaymentState, RefundState, SubjectKind
from tenants.models import MailMessage, PaymentAccount
from tenants.payment_providers import PaymentProvider

RITA = "rita@rivale.test"


@pytest.fixture
def actor(in_agency) -> Actor:
    return system_actor(in_agency)


@pytest.fixture
def ask(make_space, stay, actor, now):
    """Return ``ask(rule=…, language=…)``: book as a guest and open the payment."""
    spaces = {}

    def make(
        rule: PaymentRule = PaymentRule.PREPAID, *, language: str = "it", who: str = "guest_rita"
    ) -> Payment:
        if rule not in spaces:
            spaces[rule] = make_space(payment=rule, hourly_minor=2_000)
        reservation = book_space(
            spaces[rule],
            stay=stay,
            booker=Booker(key=who, is_guest=True),
            visitor=Visitor(name="Rita Rivale", email=RITA, language=language),
            actor=actor,
            now=now,
        )
        return open_reservation_payment(reservation, actor=actor, now=now)[0]

    return make


def mails_to(address: str) -> list[MailMessage]:
    return list(MailMessage.objects.filter(recipient=address).order_by("pk"))


@pytest.mark.parametrize(
    ("language", "title"),
    [("it", "Abbiamo ricevuto 20,00"), ("en", "We have received €20.00")],
)
def test_who_paid_gets_a_receipt_once(ask, actor, now, language, title) -> None:
    payment = pay(ask(language=language), method="succeed", actor=actor)
    for _time in range(3):
        payment = proceed_with_payment(payment, actor=actor, now=now)

    receipts = [mail for mail in mails_to(RITA) if title in mail.subject]
    assert len(receipts) == 1
    assert f"/book/reservations/{payment.subject}." in receipts[0].text
    assert find_traces(receipts[0].subject + receipts[0].text + receipts[0].html) == []


def test_a_decline_is_told_once_and_says_to_hurry(ask, actor) -> None:
    payment = ask()
    for _time in range(2):
        payment = pay(payment, method="decline", actor=actor)

    told = [mail for mail in mails_to(RITA) if "ha rifiutato" in mail.subject]
    assert len(told) == 1
    assert "pochi minuti" in told[0].text


def test_a_decline_of_what_is_paid_later_hurries_nobody(ask, actor) -> None:
    pay(ask(PaymentRule.PAY_LATER), method="decline", actor=actor)

    assert "pochi minuti" not in mails_to(RITA)[-1].text


def test_a_failure_is_told_to_both_sides(ask, actor, owner) -> None:
    fail_payment(ask(), code="expired", reason="L’autorizzazione è scaduta.", actor=actor)

    assert "non è riuscito" in mails_to(RITA)[-1].subject
    told = mails_to(owner.email)[-1]
    assert "L’autorizzazione è scaduta." in told.text
    assert "/payments/pay_" in told.text


def test_money_that_came_too_late_is_explained_and_never_thanked_for(ask, actor, now) -> None:
    late = ask()
    reservation = Reservation.objects.select_related("space__location", "customer").get()
    Claim.objects.update(valid=(now - timedelta(hours=1), now - timedelta(minutes=1)))
    expire_reservation(reservation, actor=actor)
    other = pay(ask(who="guest_other"), method="succeed", actor=actor)
    proceed_with_payment(other, actor=actor, now=now)
    before = len(mails_to(RITA))

    late = pay(late, method="succeed", actor=actor)
    proceed_with_payment(late, actor=actor, now=now)

    (told,) = mails_to(RITA)[before:]
    assert "Il denaro resta a te" in told.subject
    assert find_traces(told.subject + told.text + told.html) == []


def test_money_taken_for_nothing_has_no_thanks(ask, actor) -> None:
    payment = ask()
    Payment.objects.update(decision=Decision.RELEASE)
    count = len(mails_to(RITA))

    taken = Intent(
        reference=payment.reference,
        state=PaymentState.CAPTURED,
        amount_minor=2_000,
        currency="EUR",
    )
    record_intent(payment, intent=taken, actor=actor)

    assert len(mails_to(RITA)) == count


def test_a_transfer_is_explained_and_its_arrival_confirmed(ask, actor, agency, now) -> None:
    PaymentAccount.objects.create(
        agency=agency,
        provider=PaymentProvider.BANK_TRANSFER,
        holder="Acme srl",
        iban="IT60X0542811101000000123456",
    )
    payment = ask(PaymentRule.PAY_LATER)
    told = mails_to(RITA)[-1]

    record_transfer(payment, actor=actor)

    assert "IT60 X054 2811 1010 0000 0123 456" in told.text
    assert payment.reference in told.text
    assert "Abbiamo ricevuto" in mails_to(RITA)[-1].subject


def test_a_refund_is_told_with_its_amount_and_reason(ask, actor, now, owner) -> None:
    payment = pay(ask(), method="succeed", actor=actor)
    payment = proceed_with_payment(payment, actor=actor, now=now)
    good, bad = (
        request_refund(
            payment, amount_minor=500, cause=cause, actor=actor, now=now, reason="Pioggia"
        )
        for cause in ("a", "b")
    )
    done = Receipt(reference="r1", state=RefundState.SUCCEEDED)
    failed = Receipt(reference="r2", state=RefundState.FAILED, failure="expired_card")

    for _time in range(2):
        record_receipt(good, receipt=done, actor=actor)
        record_receipt(bad, receipt=failed, actor=actor)

    told = [mail for mail in mails_to(RITA) if "Ti tornano" in mail.subject]
    assert ["5,00" in mail.subject and "Pioggia" in mail.text for mail in told] == [True]
    warned = [mail for mail in mails_to(owner.email) if "rimborso" in mail.subject]
    assert ["La carta è scaduta." in mail.text for mail in warned] == [True]


def test_who_pays_without_an_address_or_a_reservation_gets_no_link(actor, now) -> None:
    def open_bill(email: str) -> Payment:
        bill = Bill(
            subject_kind=SubjectKind.RESERVATION,
            subject=f"res_{email}",
            description="Altro",
            amount_minor=500,
            currency="EUR",
            email=email,
        )
        return open_payment(bill, actor=actor, now=now)[0]

    for email in ("", RITA):
        fail_payment(open_bill(email), code="x", reason="", actor=actor)

    (told,) = mails_to(RITA)
    assert "http" not in told.text
    assert not mails_to("")


def test_money_that_fell_through_after_the_confirmation_is_asked_for_once_more(
    ask, actor, now, owner
) -> None:
    payment = pay(ask(), method="succeed", actor=actor)
    answer_payment(payment, actor=actor, now=now)
    SandboxIntent.objects.update(state=PaymentState.CANCELLED)

    for _time in range(2):
        carry_out_decision(payment, actor=actor, now=now)

    told = [mail for mail in mails_to(RITA) if "non è riuscito" in mail.subject]
    assert ["Paga di nuovo" in mail.text for mail in told] == [True]
    assert f"/book/reservations/{payment.subject}." in told[0].text
    warned = [mail for mail in mails_to(owner.email) if "/payments/pay_" in mail.text]
    assert ["resta confermata" in mail.text for mail in warned] == [True]
    assert find_traces(told[0].subject + told[0].text + told[0].html) == []


def test_a_payment_that_nobody_waits_for_is_called_off_in_silence(ask, actor, now) -> None:
    payment = ask()
    before = MailMessage.objects.count()

    drop_payment(payment, actor=actor, now=now)

    assert MailMessage.objects.count() == before


def test_another_amount_that_was_taken_is_told_to_the_owners(ask, actor, now, owner) -> None:
    payment = pay(ask(), method="succeed", actor=actor)
    answer_payment(payment, actor=actor, now=now)

    taken = Intent(
        reference=payment.reference,
        state=PaymentState.CAPTURED,
        amount_minor=1_200,
        currency="EUR",
    )
    record_intent(payment, intent=taken, actor=actor)

    assert "12,00" in mails_to(RITA)[-1].subject
    told = mails_to(owner.email)[-1].text
    assert "20,00" in told
    assert "12,00" in told


def test_a_provider_that_opens_nothing_is_told_once_for_each_thing(actor, now, owner) -> None:
    def refuse(subject: str, code: str) -> None:
        bill = Bill(
            subject_kind=SubjectKind.RESERVATION,
            subject=subject,
            description="Sala",
            amount_minor=500,
            currency="EUR",
            email=RITA,
        )
        fail_payment(request_payment(bill, actor=actor, now=now), code=code, reason="", actor=actor)

    for subject, code in [("res_a", "x"), ("res_a", "x"), ("res_a", "y"), ("res_b", "x")]:
        refuse(subject, code)

    assert len(mails_to(RITA)) == len(mails_to(owner.email)) == 3


def test_each_opened_payment_that_fails_is_told(ask, actor, owner, now) -> None:
    first = ask(PaymentRule.PAY_LATER)
    fail_payment(first, code="x", reason="", actor=actor)
    found = Reservation.objects.select_related("space__location", "customer").get()
    again = open_reservation_payment(found, actor=actor, now=now)[0]
    fail_payment(again, code="x", reason="", actor=actor)

    assert len(mails_to(owner.email)) == 2


def test_the_owners_are_told_what_is_to_be_sent_back_from_the_bank(
    ask, actor, agency, now, owner
) -> None:
    PaymentAccount.objects.create(
        agency=agency,
        provider=PaymentProvider.BANK_TRANSFER,
        holder="Acme srl",
        iban="IT60X0542811101000000123456",
    )
    payment = record_transfer(ask(PaymentRule.PAY_LATER), actor=actor)
    payment = proceed_with_payment(payment, actor=actor, now=now)

    for _time in range(2):
        request_refund(payment, amount_minor=500, cause="a", actor=actor, now=now, reason="Pioggia")

    told = [mail for mail in mails_to(owner.email) if "rimanda 5,00" in mail.subject]
    assert len(told) == 1
    for said in (RITA, payment.description, "Pioggia", f"/payments/{payment.public_id}/"):
        assert said in told[0].text


def test_money_that_a_provider_gives_back_by_itself_bothers_no_owner(
    ask, actor, now, owner
) -> None:
    payment = pay(ask(), method="succeed", actor=actor)
    payment = proceed_with_payment(payment, actor=actor, now=now)
    count = len(mails_to(owner.email))

    request_refund(payment, amount_minor=500, cause="a", actor=actor, now=now)

    assert len(mails_to(owner.email)) == count


def test_who_is_owed_money_without_an_address_is_not_named(actor, agency, now, owner) -> None:
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)
    bill = Bill(
        subject_kind=SubjectKind.RESERVATION,
        subject="res_x",
        description="Altro",
        amount_minor=500,
        currency="EUR",
    )
    payment = record_transfer(open_payment(bill, actor=actor, now=now)[0], actor=actor)

    request_refund(payment, amount_minor=500, cause="a", actor=actor, now=now)

    assert "“Altro” devono tornare a chi ha pagato." in mails_to(owner.email)[-1].text


def test_a_failure_that_confirmed_nothing_asks_for_no_second_payment(ask, actor) -> None:
    fail_payment(ask(), code="x", reason="", actor=actor)

    assert "Paga di nuovo" not in mails_to(RITA)[-1].text
