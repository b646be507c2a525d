"""Vouchers are made, changed, ended and seen by the agency."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.access import access_voucher
from booking.models import Voucher
from booking.selectors.vouchers import (
    are_there_vouchers,
    list_vouchers_for,
    search_vouchers,
)
from booking.services.vouchers import (
    VoucherInvalid,
    VoucherOver,
    change_voucher,
    create_voucher,
    end_voucher,
)
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of
from tenants.permissions import Permission


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
