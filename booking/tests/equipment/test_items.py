"""Equipment: what a location lends, and what it costs."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from booking.access import access_equipment
from booking.models import Equipment, EquipmentUse
from booking.selectors.equipment import list_equipment_for, list_offered, search_equipment
from booking.services.equipment import (
    EquipmentInvalid,
    EquipmentOver,
    archive_equipment,
    change_equipment,
    create_equipment,
)
from booking.services.locations import archive_location, create_location
from booking.services.spaces import create_space
from booking.states import EquipmentPricing
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of
from tenants.permissions import Permission


@pytest.fixture
def make(location, owner_actor):
    def call(name: str = "Proiettore", **fields) -> Equipment:
        given = {"pricing": EquipmentPricing.PER_BOOKING, "price_minor": 1_500, "stock": 2}
        return create_equipment(location, actor=owner_actor, name=name, **{**given, **fields})

    return call


@pytest.fixture
def elsewhere(in_agency, owner_actor, customer):
    return create_location(actor=owner_actor, name="Casa Bruna", customer=customer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "P" * 61}, "name"),
        ({"description": "D" * 201}, "description"),
        ({"pricing": "PER_PIECE"}, "pricing"),
        ({"price_minor": 0}, "price"),
        ({"price_minor": 100_000_001}, "price"),
        ({"stock": -1}, "stock"),
        ({"stock": 1_001}, "stock"),
        ({"most_per_booking": 0}, "most_per_booking"),
        ({"most_per_booking": 1_001}, "most_per_booking"),
    ],
)
def test_what_makes_no_sense_is_refused(make, changes, field) -> None:
    with pytest.raises(EquipmentInvalid) as refused:
        make(**changes)

    assert refused.value.field == field
    assert not Equipment.objects.exists()


def test_a_space_of_another_house_is_refused(make, elsewhere, owner_actor) -> None:
    other = create_space(actor=owner_actor, location=elsewhere, name="Altra")

    with pytest.raises(EquipmentInvalid) as refused:
        make(spaces=[other])

    assert refused.value.field == "spaces"


def test_what_is_free_of_charge_has_no_price(make) -> None:
    assert make(pricing=EquipmentPricing.FREE, price_minor=900).price_minor == 0


def test_the_database_refuses_a_price_of_nothing(make) -> None:
    item = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        Equipment.objects.filter(pk=item.pk).update(price_minor=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        EquipmentUse.objects.create(equipment=item, quantity=1)


def test_it_is_changed_with_what_was_before_in_the_trail(make, owner_actor, make_space) -> None:
    item, space = make(), make_space()
    seen = version_of(item)

    changed = change_equipment(
        item, actor=owner_actor, version=seen, name=" Beamer ", stock=None, spaces=[space]
    )

    assert (changed.name, changed.stock, list(changed.spaces.all())) == ("Beamer", None, [space])
    assert change_equipment(changed, actor=owner_actor, stock=3).spaces.get() == space
    with pytest.raises(Stale):
        change_equipment(item, actor=owner_actor, version=seen, stock=4)
    with pytest.raises(EquipmentInvalid):
        change_equipment(changed, actor=owner_actor, price_minor=0)
    entry = ActivityEntry.objects.filter(event="booking.equipment.changed").earliest("pk")
    assert entry.subject_name == "Beamer · Casa Acme"
    assert entry.details == {
        "name": ["Proiettore", "Beamer"],
        "stock": [2, None],
        "spaces": [[], ["Sala Blu"]],
    }


def test_what_is_archived_stays_so(make, owner_actor, make_space, now) -> None:
    item = make()
    space = make_space()
    assert list(list_offered(space)) == [item]

    first = archive_equipment(item, actor=owner_actor, now=now)
    again = archive_equipment(first, actor=owner_actor, now=now.replace(year=now.year + 1))

    assert again.archived_at == now
    assert not list_offered(space).exists()
    assert ActivityEntry.objects.filter(event="booking.equipment.archived").count() == 1
    with pytest.raises(EquipmentOver):
        change_equipment(item, actor=owner_actor, stock=5)
    with pytest.raises(Missing):
        access_equipment(owner_actor, item.public_id)


def test_it_is_offered_where_it_belongs(make, make_space, elsewhere, owner_actor) -> None:
    here, beside = make_space(), make_space(name="Sala Rossa")
    far = create_space(actor=owner_actor, location=elsewhere, name="Altra")
    everywhere, only = make("Caffè"), make(spaces=[here])
    make("Dollari", currency="USD")
    free = make("Lavagna", pricing=EquipmentPricing.FREE, currency="USD")

    assert list(list_offered(here)) == [everywhere, free, only]
    assert list(list_offered(beside)) == [everywhere, free]
    assert not list_offered(far).exists()


def test_who_sees_the_house_sees_it(
    make, elsewhere, owner_actor, viewer_actor, contact_actor
) -> None:
    item = make(description="Con cavo HDMI")
    theirs = create_equipment(elsewhere, actor=owner_actor, name="Lavagna")

    assert list(list_equipment_for(owner_actor)) == [theirs, item]
    assert list(search_equipment(list_equipment_for(owner_actor), text="hdmi")) == [item]
    assert list(search_equipment(list_equipment_for(owner_actor), text="")) == [theirs, item]
    assert access_equipment(contact_actor, theirs.public_id) == theirs
    assert access_equipment(viewer_actor, item.public_id).location == item.location
    with pytest.raises(NotAllowed):
        access_equipment(viewer_actor, item.public_id, permission=Permission.SPACE_MANAGE)
    with pytest.raises(Missing):
        access_equipment(ANONYMOUS, item.public_id)
    archive_location(item.location, actor=owner_actor)
    with pytest.raises(Missing):
        access_equipment(owner_actor, item.public_id)
    entry = ActivityEntry.objects.filter(event="booking.equipment.created").latest("pk")
    assert entry.customer_public_id == theirs.location.customer.public_id
