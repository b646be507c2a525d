"""Calendar feeds: who makes them, who reads what, and how they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.models import Feed, Reservation
from booking.outside_access import access_feed, access_feed_by_secret
from booking.selectors.feeds import (
    AHEAD,
    TAKEN_OUT,
    list_feed_blocks,
    list_feed_stays,
    list_feeds_for,
)
from booking.services import feeds as service
from booking.services.blocks import block_space, lift_block
from booking.services.cancelling import cancel_reservation
from booking.services.feeds import (
    FeedNotPossible,
    TooManyFeeds,
    create_feed,
    note_feed_content,
    renew_feed,
    revoke_feed,
)
from booking.services.locations import create_location
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import archive_space
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from tenants.hosts import snapshot_of
from tenants.models import Membership
from tenants.tokens import digest_of


@pytest.fixture
def house(agency):
    return snapshot_of(agency)


@pytest.fixture
def book(space, booker, contact_actor, now, customer, make_stay):
    def make(hour, *, space=space, booker=booker, email="gino@trattoria.test", customer=customer):
        visitor = Visitor(name="Gino", email=email, customer=customer)
        return book_space(
            space,
            stay=make_stay(hour),
            booker=booker,
            visitor=visitor,
            actor=contact_actor,
            now=now,
        )

    return make


def test_only_the_digest_of_an_address_is_kept(space, owner_actor, owner) -> None:
    feed, secret = create_feed(actor=owner_actor, space=space)

    entry = ActivityEntry.objects.get(event="booking.feed.created")
    assert (feed.digest, feed.owner, feed.says_who) == (digest_of(secret), owner, True)
    assert (entry.subject_name, secret in str(entry.details)) == ("Sala Blu", False)


def test_a_feed_is_read_as_its_person_with_the_role_of_that_moment(
    space, viewer_actor, viewer, house
) -> None:
    _feed, secret = create_feed(actor=viewer_actor, space=space)

    reader = access_feed_by_secret(secret, agency=house)[1]

    assert (reader.user_id, reader.role) == (viewer.pk, "VIEWER")
    Membership.objects.filter(user=viewer).delete()
    with pytest.raises(Missing):
        access_feed_by_secret(secret, agency=house)


def test_a_feed_ends_with_an_account_that_is_closed(space, viewer_actor, viewer, house) -> None:
    secret = create_feed(actor=viewer_actor, space=space)[1]
    viewer.is_active = False
    viewer.save()

    with pytest.raises(Missing):
        access_feed_by_secret(secret, agency=house)


def test_a_contacts_feed_ends_with_the_contact(in_agency, contact_actor, contact, house) -> None:
    secret = create_feed(actor=contact_actor)[1]

    reader = access_feed_by_secret(secret, agency=house)[1]

    assert reader.customer_id == contact.customer_id
    contact.state = "REMOVED"
    contact.save()
    with pytest.raises(Missing):
        access_feed_by_secret(secret, agency=house)


def test_a_feed_that_says_busy_stays_when_its_maker_goes(
    space, colleague_actor, colleague, house
) -> None:
    feed, secret = create_feed(actor=colleague_actor, space=space, says_who=False)
    Membership.objects.filter(user=colleague).delete()

    assert access_feed_by_secret(secret, agency=house)[0] == feed
    assert not feed.says_who


def test_a_feed_ends_with_its_place(make_space, location, owner_actor, house, book) -> None:
    space, empty = make_space(), create_location(actor=owner_actor, name="Casa Due")
    of_space = create_feed(actor=owner_actor, space=space)[1]
    of_location = create_feed(actor=owner_actor, location=empty, says_who=False)[1]
    assert access_feed_by_secret(of_location, agency=house)

    archive_space(space, actor=owner_actor)
    empty.archived_at = empty.created_at
    empty.save()

    for secret in (of_space, of_location):
        with pytest.raises(Missing):
            access_feed_by_secret(secret, agency=house)


def test_another_address_ends_the_former_one(space, owner_actor, house) -> None:
    feed, former = create_feed(actor=owner_actor, space=space)

    renewed, secret = renew_feed(feed, actor=owner_actor)

    assert access_feed_by_secret(secret, agency=house)[0] == renewed == feed
    with pytest.raises(Missing):
        access_feed_by_secret(former, agency=house)


def test_a_revoked_feed_is_gone_and_noted_once(space, owner_actor, house, now) -> None:
    feed, secret = create_feed(actor=owner_actor, space=space)

    revoke_feed(feed, actor=owner_actor, at=now)
    revoke_feed(feed, actor=owner_actor, at=now)

    with pytest.raises(Missing):
        access_feed_by_secret(secret, agency=house)
    with pytest.raises(Missing):
        access_feed(owner_actor, feed.public_id)
    assert ActivityEntry.objects.filter(event="booking.feed.revoked").count() == 1


def test_people_see_their_own_feeds_and_managers_more(
    space, owner_actor, colleague_actor, viewer_actor, contact_actor
) -> None:
    of_viewer = create_feed(actor=viewer_actor, space=space)[0]
    busy = create_feed(actor=colleague_actor, space=space, says_who=False)[0]
    of_contact = create_feed(actor=contact_actor)[0]

    def seen(actor):
        return set(list_feeds_for(actor))

    assert seen(viewer_actor) == {of_viewer}
    assert seen(colleague_actor) == {busy}
    assert seen(owner_actor) == {of_viewer, busy}
    assert seen(contact_actor) == {of_contact}
    assert seen(ANONYMOUS) == set()


def test_nobody_takes_over_somebody_elses_feed(space, owner_actor, viewer_actor) -> None:
    feed = create_feed(actor=viewer_actor, space=space)[0]

    with pytest.raises(NotAllowed):
        renew_feed(feed, actor=owner_actor)


def test_support_gets_no_address(space, owner_actor) -> None:
    support = replace(owner_actor, support_session="imp_1")
    feed = create_feed(actor=owner_actor, space=space)[0]

    with pytest.raises(NotAllowed):
        create_feed(actor=support, space=space)
    with pytest.raises(NotAllowed):
        renew_feed(feed, actor=support)


def test_who_does_not_manage_spaces_passes_nothing_on(space, viewer_actor) -> None:
    with pytest.raises(NotAllowed):
        create_feed(actor=viewer_actor, space=space, says_who=False)


def test_a_feed_is_of_one_thing(space, location, owner_actor, contact_actor) -> None:
    for actor, places in (
        (owner_actor, {}),
        (owner_actor, {"space": space, "location": location}),
        (contact_actor, {"space": space}),
    ):
        with pytest.raises(FeedNotPossible):
            create_feed(actor=actor, **places)


def test_nobody_has_feeds_without_end(space, owner_actor, monkeypatch) -> None:
    monkeypatch.setattr(service, "FEEDS_MAX", 1)
    create_feed(actor=owner_actor, space=space)

    with pytest.raises(TooManyFeeds):
        create_feed(actor=owner_actor, space=space)


def test_a_person_reads_what_they_booked_and_what_was_booked_for_them(
    contact_actor, contact, rival, other_customer, book, now
) -> None:
    feed = create_feed(actor=contact_actor)[0]
    own = book(10)
    for_them = book(12, booker=rival, email="GINO@trattoria.test")
    book(14, booker=rival, email="altra@trattoria.test")
    book(16, customer=other_customer)

    assert list_feed_stays(feed, actor=contact_actor, at=now) == [own, for_them]
    assert list_feed_blocks(feed, actor=contact_actor, at=now) == []


def test_a_space_has_what_keeps_it_busy(
    make_space, owner_actor, location, book, now, make_stay
) -> None:
    hall = make_space(name="Salone")
    part, other = make_space(name="Angolo", parent=hall), make_space(name="Altrove")
    of_part = create_feed(actor=owner_actor, space=part)[0]
    of_house = create_feed(actor=owner_actor, location=location)[0]
    whole, beside = book(10, space=hall), book(10, space=other)
    block = block_space(part, period=make_stay(12), actor=owner_actor)

    assert list_feed_stays(of_part, actor=owner_actor, at=now) == [whole]
    assert list_feed_blocks(of_part, actor=owner_actor, at=now) == [block]
    assert set(list_feed_stays(of_house, actor=owner_actor, at=now)) == {whole, beside}
    assert list_feed_blocks(of_house, actor=owner_actor, at=now) == [block]


def test_what_was_called_off_stays_for_a_while(space, owner_actor, book, now, make_stay) -> None:
    feed = create_feed(actor=owner_actor, space=space)[0]
    stay = cancel_reservation(book(10), actor=owner_actor, now=now)
    block = lift_block(
        block_space(space, period=make_stay(12), actor=owner_actor), actor=owner_actor
    )
    long_ago = now - TAKEN_OUT - timedelta(hours=1)

    assert list_feed_stays(feed, actor=owner_actor, at=now) == [stay]
    assert list_feed_blocks(feed, actor=owner_actor, at=now) == [block]
    Reservation.objects.update(updated_at=long_ago)
    type(block).objects.update(lifted_at=long_ago)
    assert list_feed_stays(feed, actor=owner_actor, at=now) == []
    assert list_feed_blocks(feed, actor=owner_actor, at=now) == []


def test_a_feed_does_not_reach_into_eternity(space, owner_actor, book, now) -> None:
    feed = create_feed(actor=owner_actor, space=space)[0]
    book(10)

    assert list_feed_stays(feed, actor=owner_actor, at=now - AHEAD) == []


def test_the_moment_of_a_change_is_kept_and_moves_only_with_one(space, owner_actor, now) -> None:
    feed = create_feed(actor=owner_actor, space=space)[0]
    now = now.replace(microsecond=0)

    def read(content: bytes, *, minutes: int):
        return note_feed_content(
            Feed.objects.get(pk=feed.pk), content, at=now + timedelta(minutes=minutes)
        )

    assert read(b"one", minutes=0) == now
    assert read(b"one", minutes=1) == now
    assert Feed.objects.get().last_read_at == now
    assert read(b"one", minutes=10) == now
    assert Feed.objects.get().last_read_at == now + timedelta(minutes=10)
    assert read(b"two", minutes=11) == now + timedelta(minutes=11)
    assert read(b"three", minutes=11) == now + timedelta(minutes=11, seconds=1)
