"""Feeds: addresses from which calendars elsewhere read; made, renewed and revoked.

The secret in an address is shown once. Renewing gives the same feed another address, so that what
was passed on ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import FeedCreated, FeedEvent, FeedRenewed, FeedRevoked
from booking.models import Feed, Location, Space
from booking.selectors.feeds import list_feeds_for
from booking.states import FeedKind
from spotex.kernel.actor import Actor
from spotex.kernel.errors import NotAllowed, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.access import require
from tenants.permissions import Permission
from tenants.tokens import digest_of, new_token

FEEDS_MAX: Final = 100
"""Open feeds that one person may see and keep an eye on."""

_READ_SECONDS: Final = 300
"""A reading is noted when the last note is older than this."""


class TooManyFeeds(RuleViolation):
    """There are as many feeds as anybody can keep an eye on."""

    code = "too_many_feeds"


class FeedNotPossible(RuleViolation):
    """It would be a feed of nothing, or of two things."""

    code = "feed_not_possible"


@transaction.atomic
def create_feed(
    *,
    actor: Actor,
    space: Space | None = None,
    location: Location | None = None,
    says_who: bool = True,
) -> tuple[Feed, str]:
    """Make a feed; return it with the secret of its address, which nobody can read again.

    A contact gets one of the own reservations. A member gets one of a space or a location, which
    names who comes and ends with the member's role, or says “busy” only and belongs to the agency.

    Raises:
        NotAllowed: the role does not see reservations, or does not manage spaces where the feed
            would be for everybody; or somebody acts in another person's place.
        FeedNotPossible, TooManyFeeds: see above.
    """
    _require_own_hand(actor)
    require(actor, Permission.RESERVATION_VIEW)
    if (space is None) + (location is None) != (2 if actor.customer_id else 1):
        raise FeedNotPossible(_("Choose a space or a location."), field="subject")
    if not says_who:
        require(actor, Permission.SPACE_MANAGE)
    if list_feeds_for(actor).count() >= FEEDS_MAX:
        raise TooManyFeeds(
            _("There are %(count)s calendar feeds already. Revoke one first.")
            % {"count": FEEDS_MAX},
        )
    secret = new_token()
    feed = Feed.objects.create(
        kind=FeedKind.SPACE if space else FeedKind.LOCATION if location else FeedKind.PERSON,
        space=space,
        location=location,
        owner_id=actor.user_id if says_who else None,
        customer_id=actor.customer_id,
        digest=digest_of(secret),
    )
    _tell(FeedCreated, feed, actor=actor)
    return feed, secret


@transaction.atomic
def renew_feed(feed: Feed, *, actor: Actor) -> tuple[Feed, str]:
    """Give a feed another address; who has the former one is refused from now on.

    Raises:
        NotAllowed: it is somebody else's, or somebody acts in another person's place.
    """
    _require_own_hand(actor)
    if feed.says_who and feed.owner_id != actor.user_id:
        raise NotAllowed(_("This feed belongs to somebody else. You can revoke it."))
    secret = new_token()
    feed = _lock(feed)
    feed.digest, feed.last_read_at = digest_of(secret), None
    feed.save()
    _tell(FeedRenewed, feed, actor=actor)
    return feed, secret


@transaction.atomic
def revoke_feed(feed: Feed, *, actor: Actor, at: datetime) -> Feed:
    """Refuse whoever reads a feed from now on; doing it again changes nothing."""
    feed = _lock(feed)
    if feed.revoked_at is None:
        feed.revoked_at = at
        feed.save()
        _tell(FeedRevoked, feed, actor=actor)
    return feed


def note_feed_content(feed: Feed, content: bytes, *, at: datetime) -> datetime:
    """Remember that a feed was read, and return since when it says what it says.

    Neither is a change of the feed. Calendars ask by that moment whether anything is new; the
    times of rows would not tell of one that left the feed.
    """
    digest = digest_of(content.decode())
    changed = feed.content_changed_at
    if digest != feed.content_digest or changed is None:
        second = timedelta(seconds=1)  # what changes twice in a second counts twice
        moment = at.replace(microsecond=0)
        changed = moment if changed is None else max(moment, changed + second)
        Feed.objects.filter(pk=feed.pk).update(
            content_digest=digest, content_changed_at=changed, last_read_at=at
        )
    elif feed.last_read_at is None or feed.last_read_at < at - timedelta(seconds=_READ_SECONDS):
        Feed.objects.filter(pk=feed.pk).update(last_read_at=at)
    return changed


def _require_own_hand(actor: Actor) -> None:
    if actor.support_session or actor.user_id is None:
        raise NotAllowed(_("Only the person can do this: the address is shown to nobody else."))


def _lock(feed: Feed) -> Feed:
    space, location = feed.space, feed.location
    feed = lock_row(feed)
    feed.space, feed.location = space, location
    return feed


def _tell(kind: type[FeedEvent], feed: Feed, *, actor: Actor) -> None:
    place = feed.space or feed.location
    publish(
        kind(
            actor=actor,
            subject_public_id=feed.public_id,
            subject_name=place.name if place else actor.name,
            customer_public_id=actor.customer_public_id,
            details={"feed": feed.public_id, "says_who": feed.says_who},
        ),
    )
