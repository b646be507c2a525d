"""How far credits reach; pure arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.credit_shares import count_covered, count_minutes, cover, share_out, uncover
from booking.periods import Period
from booking.prices import LineKind, Price, PriceLine, make_price

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def stay_of(minutes: float) -> Period:
    return Period(start=START, end=START + timedelta(minutes=minutes))


def price_of(*amounts: tuple[LineKind, int]) -> Price:
    lines = [PriceLine(kind=kind, quantity=1, unit_minor=0, amount_minor=n) for kind, n in amounts]
    return make_price(lines, currency="EUR", vat_percent=22)


@pytest.mark.parametrize(("minutes", "counted"), [(60, 60), (90, 90), (0.5, 1), (60.2, 61)])
def test_a_minute_that_began_counts_whole(minutes, counted) -> None:
    assert count_minutes(stay_of(minutes)) == counted


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [(60, {1: 60}), (100, {1: 90, 3: 10}), (500, {1: 90, 3: 30}), (0, {})],
)
def test_lots_are_used_up_in_their_order(wanted, taken) -> None:
    assert share_out(wanted, [(1, 90), (2, 0), (3, 30)]) == taken


def test_a_lot_that_owes_something_gives_nothing() -> None:
    assert share_out(60, [(1, -30), (2, 30)]) == {2: 30}


def test_all_minutes_pay_for_all_of_the_time() -> None:
    price = cover(price_of((LineKind.HOUR, 2_000)), minutes=120, stay=stay_of(120), vat_percent=22)

    assert (price.total_minor, price.vat_minor) == (0, 0)
    assert price.lines[-1] == PriceLine(
        kind=LineKind.CREDIT, quantity=120, unit_minor=0, amount_minor=-2_000
    )
    assert count_covered(price) == 120


def test_a_share_of_the_minutes_pays_that_share_of_the_price() -> None:
    price = price_of((LineKind.HOUR, 1_000), (LineKind.PEAK, 2_000), (LineKind.MEMBER, -300))

    covered = cover(price, minutes=30, stay=stay_of(120), vat_percent=22)

    assert covered.total_minor == 2_700 - 675


def test_minutes_pay_for_nothing_but_time() -> None:
    price = price_of((LineKind.DAY, 2_000))
    extra = PriceLine(kind="EXTRA", quantity=1, unit_minor=500, amount_minor=500)
    price = make_price((*price.lines, extra), currency="EUR", vat_percent=22)

    assert cover(price, minutes=60, stay=stay_of(60), vat_percent=22).total_minor == 500


def test_a_price_without_credits_is_what_it_was() -> None:
    price = price_of((LineKind.HOUR, 2_000))

    assert uncover(price, vat_percent=22) is price
    assert (
        uncover(cover(price, minutes=7, stay=stay_of(60), vat_percent=22), vat_percent=22) == price
    )
    assert count_covered(price) == 0


@given(amount=st.integers(0, 10**7), minutes=st.integers(1, 600), part=st.integers(0, 600))
def test_nobody_gains_by_a_part_of_a_cent(amount, minutes, part) -> None:
    price, part = price_of((LineKind.HOUR, amount)), min(part, minutes)

    rest = cover(price, minutes=part, stay=stay_of(minutes), vat_percent=22).total_minor

    assert 0 <= rest <= amount
    assert rest * minutes >= amount * (minutes - part)
