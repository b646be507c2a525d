"""Other equipment for a reservation that stands."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from booking.access import access_credit
from booking.bookers import booker_of
from booking.models import Equipment, Reservation, Space
from booking.selectors.equipment import list_uses
from booking.services.cancelling import cancel_reservation
from booking.services.changing import NotMovable, PriceDiffers, PriceRises
from booking.services.credits import grant_credit
from booking.services.equipment import change_equipment, create_equipment
from booking.services.equipment_prices import Choice
from booking.services.equipment_uses import EquipmentTaken
from booking.services.moving import move_reservation
from booking.services.packages import create_package
from booking.services.payments import count_due, request_reservation_payment
from booking.services.reservation_equipment import can_equip, change_reservation_equipment
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from booking.states import EquipmentPricing, PaymentRule, ReservationState
from booking.tests.paid import pay_for
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of
from tenants.billing.models import Payment
from tenants.billing.selectors import list_live_payments
from tenants.billing.states import OPEN, PaymentState
from tenants.models import MailMessage

EVENT = "booking.reservation.equipped"


@pytest.fixture
def room(make_space) -> Space:
    return make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000)


@pytest.fixture
def item(location, owner_actor) -> Equipment:
    return create_equipment(
        location,
        actor=owner_actor,
        name="Proiettore",
        pricing=EquipmentPricing.PER_BOOKING,
        price_minor=1_500,
        stock=3,
    )


@pytest.fixture
def book(room, stay, booker, contact, contact_actor, now):
    def call(space=room, *, booker=booker, **more) -> Reservation:
        visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)
        given = {"stay": stay, "booker": booker, "visitor": visitor, "actor": contact_actor}
        return book_space(space, **{**given, "now": now, **more})

    return call


@pytest.fixture
def equip(booker, contact_actor, now):
    """Return ``equip(reservation, {item: 2})``: the contact wants other pieces."""

    def call(reservation, wanted, **changes) -> Reservation:
        found = Reservation.objects.select_related("space__location", "customer")
        choices = [Choice(equipment=one, quantity=n) for one, n in wanted.items()]
        given = {"choices": choices, "booker": booker, "actor": contact_actor, "now": now}
        return change_reservation_equipment(found.get(pk=reservation.pk), **{**given, **changes})

    return call


def pieces(reservation) -> list[tuple[str, int]]:
    return [(use.equipment.name, use.quantity) for use in list_uses(reservation)]


def due(reservation) -> int:
    return count_due(reservation, payments=list_live_payments(reservation.public_id))


def test_it_is_lent_charged_told_and_written_down(book, equip, item, contact) -> None:
    booked = book()
    MailMessage.objects.all().delete()

    changed = equip(booked, {item: 2})

    assert (pieces(changed), changed.total_minor) == ([("Proiettore", 2)], 5_000)
    entry = ActivityEntry.objects.get(event=EVENT)
    assert entry.details["equipment"] == ["", "2 × Proiettore"]
    letter = MailMessage.objects.get()
    assert letter.recipient == "carla@company.test"
    assert "2 × Proiettore" in letter.text
    assert "50,00" in letter.text.partition("2 × Proiettore")[0]


def test_the_same_pieces_change_nothing(book, equip, item) -> None:
    changed = equip(book(), {item: 2})

    again = equip(changed, {item: 2}, version=version_of(changed))

    assert again.updated_at == changed.updated_at
    assert ActivityEntry.objects.filter(event=EVENT).count() == 1


def test_the_price_of_the_time_stays_what_it_was(book, equip, item, room, owner_actor) -> None:
    booked = book()
    change_space(room, actor=owner_actor, hourly_minor=9_000)

    assert equip(booked, {item: 1}).total_minor == 3_500


def test_notice_and_opening_hours_are_about_other_times(
    book, equip, item, room, owner_actor
) -> None:
    booked = book()
    change_space(room, actor=owner_actor, notice_minutes=7 * 24 * 60)

    assert pieces(equip(booked, {item: 1})) == [("Proiettore", 1)]


def test_a_higher_price_is_agreed_to_first(book, equip, item) -> None:
    booked = book()

    with pytest.raises(PriceRises) as refused:
        equip(booked, {item: 1}, most_minor=2_000)

    assert refused.value.price.total_minor == 3_500
    assert pieces(booked) == []
    assert equip(booked, {item: 1}, most_minor=3_500).total_minor == 3_500
    assert equip(booked, {}, most_minor=3_500).total_minor == 2_000


def test_who_saw_another_version_changes_nothing(book, equip, item) -> None:
    booked = book()
    equip(booked, {item: 1})

    with pytest.raises(Stale):
        equip(booked, {item: 2}, version=version_of(booked))

    assert pieces(booked) == [("Proiettore", 1)]


def test_pieces_that_others_have_are_not_lent(book, equip, item, make_space, rival) -> None:
    other = make_space(name="Altra")
    book(other, booker=rival, equipment=[Choice(equipment=item, quantity=2)])
    booked = equip(book(), {item: 1})

    with pytest.raises(EquipmentTaken):
        equip(booked, {item: 2})

    assert (pieces(booked), booked.total_minor) == ([("Proiettore", 1)], 3_500)


def test_what_is_paid_first_can_have_more_and_the_rest_is_due(
    book, equip, item, make_space, owner_actor, now
) -> None:
    room = make_space(name="Prima", payment=PaymentRule.PREPAID, hourly_minor=2_000)
    booked = book(room)
    pay_for(booked, actor=owner_actor, now=now)

    more = equip(booked, {item: 2})

    assert (more.payment_rule, more.total_minor, due(more)) == (PaymentRule.PREPAID, 5_000, 3_000)
    assert due(equip(more, {item: 1})) == 1_500
    assert due(equip(more, {})) == 0


def test_what_is_paid_never_becomes_more_than_it_costs(
    book, equip, item, make_space, owner_actor, now
) -> None:
    room = make_space(name="Prima", payment=PaymentRule.PREPAID, hourly_minor=2_000)
    booked = book(room, equipment=[Choice(equipment=item, quantity=1)])
    pay_for(booked, actor=owner_actor, now=now)

    with pytest.raises(PriceDiffers, match="paid already"):
        equip(booked, {})

    assert pieces(booked) == [("Proiettore", 1)]


def test_a_payment_of_the_former_price_is_called_off(book, equip, item, owner_actor, now) -> None:
    booked = book()
    asked = request_reservation_payment(booked, actor=owner_actor, now=now)

    equip(booked, {item: 1})

    asked.refresh_from_db()
    assert asked.decision == "RELEASE"
    assert asked.state in OPEN | {PaymentState.CANCELLED}
    assert Payment.objects.count() == 1


def test_what_is_lent_in_a_free_space_is_paid_later(book, equip, item, make_space) -> None:
    booked = book(make_space(name="Libera"))

    changed = equip(booked, {item: 1})

    assert (changed.payment_rule, due(changed)) == (PaymentRule.PAY_LATER, 1_500)
    assert equip(changed, {}).payment_rule == PaymentRule.FREE


def test_a_voucher_counts_for_the_equipment_too(book, equip, item, owner_actor) -> None:
    create_voucher(actor=owner_actor, code="META", percent=50)
    booked = book(voucher="META")

    assert (booked.total_minor, equip(booked, {item: 1}).total_minor) == (1_000, 1_750)


def test_credits_pay_the_time_and_not_the_equipment(
    book, equip, item, contact, owner_actor, now, room
) -> None:
    package = create_package(actor=owner_actor, name="Dieci ore", minutes=600, price_minor=9_000)
    grant_credit(contact.customer, package=package, actor=owner_actor, now=now, zone=UTC)
    booked = book(with_credits=True)

    changed = equip(booked, {item: 1})

    assert (booked.payment_rule, booked.total_minor) == (PaymentRule.FREE, 0)
    assert (changed.payment_rule, changed.total_minor) == (PaymentRule.PREPAID, 1_500)
    assert equip(changed, {}).payment_rule == PaymentRule.FREE


def test_another_piece_does_not_lift_the_terms_of_cancelling(
    book, equip, item, contact, owner_actor, now, make_space
) -> None:
    terms = {"payment": PaymentRule.PREPAID, "free_cancel_hours": 6, "late_refund_percent": 0}
    room = make_space(name="Sala piccola", hourly_minor=2_000, **terms)
    package = create_package(actor=owner_actor, name="Dieci ore", minutes=600, price_minor=9_000)
    credit = grant_credit(contact.customer, package=package, actor=owner_actor, now=now, zone=UTC)
    booked = equip(book(room, with_credits=True), {item: 1})

    at = booked.starts_at - timedelta(hours=1)
    cancel_reservation(booked, actor=owner_actor, now=at)

    assert access_credit(owner_actor, credit.public_id).left == 540


def test_pieces_that_stay_cost_what_they_did(book, equip, item, location, owner_actor) -> None:
    other = create_equipment(
        location,
        actor=owner_actor,
        name="Lavagna",
        pricing=EquipmentPricing.PER_BOOKING,
        price_minor=300,
    )
    before = equip(book(), {item: 1})
    change_equipment(item, actor=owner_actor, price_minor=9_000)

    after = equip(before, {item: 1, other: 1})

    assert after.total_minor == before.total_minor + 300


def test_what_began_or_is_off_keeps_its_equipment(book, equip, item, booker) -> None:
    booked = book()

    with pytest.raises(NotMovable):
        equip(booked, {item: 1}, now=booked.starts_at)
    assert not can_equip(booked, booker=booker, now=booked.starts_at)
    Reservation.objects.update(state=ReservationState.CANCELLED)
    booked.refresh_from_db()
    with pytest.raises(NotMovable):
        equip(booked, {item: 1})
    assert not can_equip(booked, booker=booker, now=booked.starts_at - timedelta(hours=1))


def test_where_the_agency_agrees_first_only_its_people_change_it(
    book, equip, item, room, owner_actor, booker, now
) -> None:
    booked = book()
    room = change_space(room, actor=owner_actor, needs_approval=True)
    staff = booker_of(owner_actor)
    booked.space = room

    with pytest.raises(NotMovable, match="agreed to first"):
        equip(booked, {item: 1})

    assert [can_equip(booked, booker=one, now=now) for one in (booker, staff)] == [False, True]
    assert equip(booked, {item: 1}, booker=staff, actor=owner_actor).total_minor == 3_500


def test_pieces_that_went_up_cost_what_they_cost_now(book, equip, item, owner_actor) -> None:
    booked = equip(book(), {item: 1})
    change_equipment(item, actor=owner_actor, price_minor=2_000)

    assert equip(booked, {item: 2}).total_minor == 6_000


def test_another_time_and_other_equipment_go_together(
    book, item, booker, contact_actor, make_stay, now
) -> None:
    booked = book()
    there = make_stay(14)

    moved = move_reservation(
        booked,
        stay=there,
        equipment=[Choice(equipment=item, quantity=2)],
        booker=booker,
        actor=contact_actor,
        now=now,
    )

    assert (moved.starts_at, moved.total_minor) == (there.start, 5_000)
    assert pieces(moved) == [("Proiettore", 2)]
