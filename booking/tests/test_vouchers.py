"""Vouchers: what they take off, for whom and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.access import access_hold, access_voucher
from booking.models import Space, Voucher, VoucherUse
from booking.selectors.vouchers import (
    are_there_vouchers,
    list_counting_uses,
    list_vouchers_for,
    search_vouchers,
)
from booking.services.cancelling import cancel_reservation
from booking.services.claims import Outcome
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.holds import HoldExpired, change_hold, hold_space, release_hold
from booking.services.moving import NotMovable, move_reservation
from booking.services.reservations import (
    Visitor,
    book_space,
    confirm_reservation,
    expire_reservation,
)
from booking.services.spaces import change_space
from booking.services.voucher_uses import VoucherUnknown, VoucherUsedUp
from booking.services.vouchers import (
    VoucherInvalid,
    VoucherOver,
    change_voucher,
    create_voucher,
    end_voucher,
)
from booking.states import PaymentRule, ReservationState
from booking.tests.test_holds import expire
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of
from tenants.permissions import Permission

GUEST = Visitor(name="Gino", email="gino@guest.test")


@pytest.fixture
def room(make_space) -> Space:
    return make_space(payment=PaymentRule.PREPAID, hourly_minor=1_000, free_cancel_hours=12)


@pytest.fixture
def make(in_agency, owner_actor):
    def call(code: str = "ESTATE", **fields) -> Voucher:
        fields = fields if {"percent", "amount_minor"} & set(fields) else {**fields, "percent": 25}
        return create_voucher(actor=owner_actor, code=code, **fields)

    return call


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def call(stay=stay, *, booker=booker, space=room):
        return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    return call


@pytest.fixture
def put(booker, now):
    def call(held, code="ESTATE", *, booker=booker, now=now):
        return put_voucher_on_hold(held, code=code, booker=booker, now=now)

    return call


@pytest.fixture
def book(room, stay, booker, contact_actor, now):
    def call(held=None, *, booker=booker, **changes):
        held = access_hold(booker, held.public_id) if held else None
        given = {"stay": stay, "booker": booker, "visitor": GUEST, "actor": contact_actor}
        return book_space(changes.pop("space", room), **{**given, "now": now, **changes}, hold=held)

    return call


def count(voucher: Voucher) -> int:
    return list_counting_uses(voucher).count()


@pytest.mark.parametrize(
    ("worth", "total"),
    [({"percent": 25}, 750), ({"amount_minor": 300}, 700), ({"percent": 100}, 0)],
)
def test_a_voucher_takes_off_what_it_is_worth(make, hold, put, book, worth, total) -> None:
    voucher = make(**worth)
    held = put(hold(), " est ate ")

    booked = book(held)

    assert held.total_minor == booked.total_minor == total
    assert [line.label for line in booked.price.lines] == ["", "ESTATE"]
    assert booked.vat_minor == round(total * 22 / 122)
    assert booked.state == (
        ReservationState.PENDING_PAYMENT if total else ReservationState.CONFIRMED
    )
    assert count(voucher) == 1
    assert VoucherUse.objects.get().reservation == booked


def test_it_never_takes_off_more_than_the_price(make, hold, put) -> None:
    make(amount_minor=50_000)

    assert put(hold()).total_minor == 0


def test_another_code_takes_the_place_of_the_first(make, hold, put, book, booker) -> None:
    first, second = make("ESTATE"), make("INVERNO", percent=10)
    held = put(put(hold()), "inverno")

    assert (held.total_minor, count(first), count(second)) == (900, 0, 1)
    assert str(VoucherUse.objects.get()) == f"INVERNO {booker.email}"
    assert book(held, voucher="ESTATE").total_minor == 750
    assert (count(first), count(second)) == (1, 0)


def test_it_can_be_taken_off_again(make, hold, put) -> None:
    voucher = make()
    held = put(put(hold()), "")

    assert (held.total_minor, count(voucher)) == (1_000, 0)
    assert put(held, " ").total_minor == 1_000


def test_a_refused_code_leaves_the_one_before(make, hold, put) -> None:
    voucher = make()
    held = put(hold())

    with pytest.raises(VoucherUnknown):
        put(held, "ALTRO")

    assert count(voucher) == 1


def test_a_hold_that_grows_keeps_its_voucher(
    make, hold, put, booker, contact_actor, make_stay, now
):
    make()
    held = put(hold())

    longer = change_hold(
        held, stay=make_stay(10, hours=2), booker=booker, actor=contact_actor, now=now
    )

    assert longer.total_minor == 1_500


@pytest.mark.parametrize("way", ["release", "expire"])
def test_with_the_hold_the_use_is_given_back(
    make, hold, put, booker, contact_actor, make_stay, way
) -> None:
    voucher = make(most_uses=1)
    held = put(hold())
    assert count(voucher) == 1

    if way == "release":
        release_hold(held, booker=booker, actor=contact_actor)
    else:
        expire(held)

    assert count(voucher) == 0
    assert put(hold(make_stay(14))).total_minor == 750


def test_what_is_over_takes_no_voucher(make, hold, put, booker, contact_actor) -> None:
    make()
    held = hold()

    with pytest.raises(HoldExpired):
        put(held, now=held.expires_at)
    release_hold(held, booker=booker, actor=contact_actor)
    with pytest.raises(HoldExpired):
        put(held)


def test_nobody_puts_a_voucher_on_the_hold_of_another(make, hold, put, rival) -> None:
    make()

    with pytest.raises(Missing):
        put(hold(), booker=rival)


def test_a_limit_in_all_is_kept(make, hold, put, book, make_stay, rival) -> None:
    make(most_uses=1)
    put(hold())

    with pytest.raises(VoucherUsedUp) as refused:
        put(hold(make_stay(14), booker=rival), booker=rival)
    with pytest.raises(VoucherUsedUp):
        book(stay=make_stay(16), booker=rival, voucher="ESTATE")
    assert refused.value.field == "voucher"


def test_a_limit_per_person_counts_addresses(make, book, make_stay, rival) -> None:
    make(most_per_person=1)
    book(voucher="ESTATE")

    with pytest.raises(VoucherUsedUp):
        book(stay=make_stay(14), booker=rival, voucher="ESTATE")
    other = Visitor(name="Rita", email="rita@rivale.test")
    assert (
        book(stay=make_stay(14), booker=rival, visitor=other, voucher="ESTATE").total_minor == 750
    )


def test_who_changes_the_address_after_holding_is_counted_there(
    make, hold, put, book, make_stay, rival
) -> None:
    make(most_per_person=1)
    book(voucher="ESTATE")
    held = put(hold(make_stay(14), booker=rival), booker=rival)

    with pytest.raises(VoucherUsedUp):
        book(held, booker=rival)


def test_a_held_voucher_keeps_its_worth_when_it_is_ended(
    make, hold, put, book, owner_actor, now, make_stay
) -> None:
    voucher = make()
    held = put(hold())
    end_voucher(voucher, actor=owner_actor, now=now)

    assert book(held).total_minor == 750
    with pytest.raises(VoucherUnknown):
        put(hold(make_stay(14)))


def test_after_the_hold_the_voucher_is_asked_again(make, hold, put, book, owner_actor, now) -> None:
    voucher = make()
    held = put(hold())
    later = held.expires_at + timedelta(seconds=1)
    expire(held)

    assert book(held, now=later).total_minor == 750
    assert count(voucher) == 1


def test_after_the_hold_an_ended_voucher_is_told(make, hold, put, book, owner_actor, now) -> None:
    voucher = make()
    held = put(hold())
    end_voucher(voucher, actor=owner_actor, now=now)
    expire(held)

    with pytest.raises(VoucherUnknown):
        book(held, now=held.expires_at)


def test_who_books_for_another_keeps_the_voucher(make, hold, put, book, room, owner_actor) -> None:
    """The price of the hold was one for members, the one of the guest is not."""
    make()
    change_space(room, actor=owner_actor, member_percent=50)
    held = put(hold())
    held.is_member_price = True
    held.save()

    assert book(held).total_minor == 750


@pytest.mark.parametrize(
    "fields",
    [
        {"first_day": timedelta(days=2)},
        {"last_day": timedelta(days=-2)},
    ],
)
def test_on_other_days_it_does_not_count(make, book, now, fields) -> None:
    make(**{name: (now + distance).date() for name, distance in fields.items()})

    with pytest.raises(VoucherUnknown):
        book(voucher="ESTATE")


def test_its_first_and_last_day_are_part_of_it(make, book, now) -> None:
    make(first_day=now.date(), last_day=now.date())

    assert book(voucher="ESTATE").total_minor == 750


def test_it_counts_where_it_should(make, book, make_space, room) -> None:
    other = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    make(spaces=[other])

    with pytest.raises(VoucherUnknown):
        book(voucher="ESTATE")
    assert book(space=other, voucher="ESTATE").total_minor == 1_500


def test_what_is_free_of_charge_needs_none(make, book, hold, put, space) -> None:
    make()

    with pytest.raises(VoucherUnknown):
        book(space=space, voucher="ESTATE")
    with pytest.raises(VoucherUnknown):
        put(hold(space=space))


def test_what_is_not_paid_in_time_gives_it_back(make, book, owner_actor, rival, make_stay) -> None:
    voucher = make(most_uses=1)
    reservation = book(voucher="ESTATE")
    assert count(voucher) == 1
    expire_payment(reservation)
    assert count(voucher) == 0
    expire_reservation(reservation, actor=owner_actor)

    assert book(stay=make_stay(14), booker=rival, voucher="ESTATE").total_minor == 750


def expire_payment(reservation) -> None:
    """Let the term of a payment be over, for the claim as well."""
    expire(reservation)
    reservation.pay_by = reservation.pay_by - timedelta(hours=1)
    reservation.save()


@pytest.mark.parametrize("is_used", [True, False])
def test_late_money_is_kept_if_the_voucher_has_a_use_left(
    make, book, owner_actor, rival, make_stay, is_used
) -> None:
    voucher = make(most_uses=1)
    reservation = book(voucher="ESTATE")
    expire_payment(reservation)
    if is_used:
        book(stay=make_stay(14), booker=rival, voucher="ESTATE")

    outcome = confirm_reservation(reservation, actor=owner_actor)

    assert outcome == (Outcome.LOST if is_used else Outcome.REVIVED)
    assert count(voucher) == 1


def test_money_in_time_is_kept(make, book, owner_actor) -> None:
    make(most_uses=1)

    assert confirm_reservation(book(voucher="ESTATE"), actor=owner_actor) == Outcome.KEPT


@pytest.mark.parametrize(
    ("hours", "options", "left"),
    [(24, {}, 0), (1, {}, 1), (1, {"in_full": True}, 0), (-0.5, {}, 1)],
)
def test_cancelled_in_time_it_is_given_back(make, book, owner_actor, hours, options, left) -> None:
    voucher = make()
    reservation = book(voucher="ESTATE")
    confirm_reservation(reservation, actor=owner_actor)

    at = reservation.starts_at - timedelta(hours=hours)
    cancel_reservation(reservation, actor=owner_actor, now=at, **options)

    assert count(voucher) == left


def test_what_is_paid_later_gives_it_back_until_the_beginning(
    make, book, make_space, owner_actor
) -> None:
    later = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    voucher = make()
    reservation = book(space=later, voucher="ESTATE")

    cancel_reservation(
        reservation, actor=owner_actor, now=reservation.starts_at - timedelta(minutes=1)
    )

    assert count(voucher) == 0


def test_moving_keeps_the_voucher(make, book, make_space, make_stay, booker, owner_actor, now):
    later = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    make()
    reservation = book(space=later, voucher="ESTATE")

    moved = move_reservation(
        reservation, stay=make_stay(14, hours=2), booker=booker, actor=owner_actor, now=now
    )

    assert moved.total_minor == 3_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "ABC"}, "code"),
        ({"code": "A" * 21}, "code"),
        ({"code": "SÌ-SÌ"}, "code"),
        ({"code": "----"}, "code"),
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": None}, "percent"),
        ({"amount_minor": 100}, "percent"),
        ({"percent": None, "amount_minor": 0}, "amount"),
        ({"last_day": "before"}, "last_day"),
        ({"most_uses": -1}, "most_uses"),
        ({"most_per_person": 1_000_001}, "most_per_person"),
    ],
)
def test_a_voucher_that_cannot_be_is_refused(in_agency, owner_actor, now, changes, field) -> None:
    given = {"code": "ESTATE", "percent": 10, "first_day": now.date(), **changes}
    if given.get("last_day"):
        given["last_day"] = now.date() - timedelta(days=1)

    with pytest.raises(VoucherInvalid) as refused:
        create_voucher(actor=owner_actor, **given)

    assert refused.value.field == field


def test_a_code_is_there_once(make) -> None:
    make("Estate")

    with pytest.raises(VoucherInvalid):
        make(" estate ")


def test_the_database_refuses_a_voucher_without_worth(make) -> None:
    voucher = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).update(percent=None)


def test_a_voucher_is_changed(make, owner_actor, room, now) -> None:
    voucher = make()
    seen = version_of(voucher)

    changed = change_voucher(
        voucher,
        actor=owner_actor,
        version=seen,
        percent=50,
        last_day=now.date(),
        spaces=[room],
    )

    assert (changed.percent, list(changed.spaces.all())) == (50, [room])
    assert change_voucher(changed, actor=owner_actor, most_uses=3).spaces.get() == room
    with pytest.raises(Stale):
        change_voucher(voucher, actor=owner_actor, version=seen, percent=60)
    with pytest.raises(VoucherInvalid):
        change_voucher(changed, actor=owner_actor, percent=None)
    entry = ActivityEntry.objects.filter(event="booking.voucher.changed").earliest("pk")
    assert entry.details == {
        "percent": [25, 50],
        "last_day": [None, now.date().isoformat()],
        "spaces": [[], ["Sala Blu"]],
    }


def test_what_is_ended_stays_so(make, owner_actor, now) -> None:
    voucher = end_voucher(make(), actor=owner_actor, now=now)

    again = end_voucher(voucher, actor=owner_actor, now=now + timedelta(hours=1))

    assert again.ended_at == now
    assert not are_there_vouchers()
    with pytest.raises(VoucherOver):
        change_voucher(voucher, actor=owner_actor, percent=5)


def test_only_the_agency_sees_its_vouchers(make, owner_actor, contact_actor, viewer_actor) -> None:
    voucher = make(note="Per la fiera")

    assert list(search_vouchers(list_vouchers_for(owner_actor), text="fiera")) == [voucher]
    assert not search_vouchers(list_vouchers_for(owner_actor), text="neve").exists()
    assert search_vouchers(list_vouchers_for(owner_actor), text="").get().used == 0
    assert access_voucher(viewer_actor, voucher.public_id) == voucher
    for actor in (contact_actor, ANONYMOUS):
        with pytest.raises(Missing):
            access_voucher(actor, voucher.public_id)
    with pytest.raises(NotAllowed):
        access_voucher(viewer_actor, voucher.public_id, permission=Permission.SPACE_MANAGE)


@pytest.mark.parametrize(
    ("off", "total", "rule"),
    [(951, 0, "FREE"), (950, 50, "PREPAID"), (999, 0, "FREE"), (1_000, 0, "FREE")],
)
def test_what_is_left_is_enough_for_a_card_or_nothing(make, book, off, total, rule) -> None:
    make(amount_minor=off)

    reservation = book(voucher="ESTATE")

    assert (reservation.total_minor, reservation.payment_rule) == (total, rule)


def test_what_is_too_little_for_a_card_is_paid_later(book, make_space) -> None:
    cheap = make_space(name="Poco", payment=PaymentRule.PREPAID, hourly_minor=49)

    reservation = book(space=cheap)

    assert (reservation.payment_rule, reservation.state) == ("PAY_LATER", "CONFIRMED")


@pytest.mark.parametrize(
    ("rule", "other", "left"), [("PAY_LATER", "PREPAID", 0), ("PREPAID", "PAY_LATER", 1)]
)
def test_the_terms_of_a_voucher_are_those_of_the_day_of_booking(
    make, book, make_space, owner_actor, rule, other, left
) -> None:
    """An hour before: late where one pays first, in time where one pays later."""
    there = make_space(name="Altra", payment=rule, hourly_minor=1_000, free_cancel_hours=12)
    voucher = make(percent=100)
    reservation = book(space=there, voucher="ESTATE")
    change_space(there, actor=owner_actor, payment=other)
    reservation.refresh_from_db()

    at = reservation.starts_at - timedelta(hours=1)
    cancel_reservation(reservation, actor=owner_actor, now=at)

    assert count(voucher) == left


@pytest.mark.parametrize(("hours", "moves"), [(13, True), (11, False)])
def test_what_a_voucher_paid_for_is_not_moved_away_from_its_terms(
    make, book, make_stay, booker, contact_actor, hours, moves
) -> None:
    make(percent=100)
    reservation = book(voucher="ESTATE")
    wish = {"stay": make_stay(10, day=5), "booker": booker, "actor": contact_actor}
    at = reservation.starts_at - timedelta(hours=hours)

    if moves:
        assert move_reservation(reservation, now=at, **wish).total_minor == 0
    else:
        with pytest.raises(NotMovable):
            move_reservation(reservation, now=at, **wish)
