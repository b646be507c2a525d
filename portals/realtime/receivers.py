"""From events to topics: who listens is told that something changed, never what."""

from __future__ import annotations

from booking.events import CalendarChanged, LocationEvent, SpaceChanged
from hosting.events import SiteChanged
from hosting.operations.events import OperationChanged
from portals.realtime.topics import (
    agency_topic,
    customer_topic,
    operation_topic,
    publish_topics,
    site_topic,
    space_topic,
    support_topic,
)
from spotex.kernel.events import Event, after_commit
from tenants.events import DomainChanged, DomainCheckRequested, DomainInspected, SupportEnded


@after_commit(OperationChanged)
def tell_followers_of_operation(event: OperationChanged) -> None:
    """Refresh what shows the operation, the site on which it works, or all work of the agency."""
    publish_topics(
        operation_topic(event.subject_public_id),
        site_topic(event.target),
        agency_topic(event.actor.agency_public_id, subject="operations"),
    )


@after_commit(SiteChanged)
def tell_followers_of_site(event: SiteChanged) -> None:
    """Refresh the site's page and the lists of the agency and of the customer."""
    publish_topics(
        site_topic(event.subject_public_id),
        agency_topic(event.actor.agency_public_id, subject="sites"),
        customer_topic(event.customer_public_id, subject="sites"),
    )


@after_commit(DomainChanged, DomainCheckRequested, DomainInspected)
def tell_followers_of_domain(event: Event) -> None:
    """Refresh the agency's list of own domains and the page of each."""
    publish_topics(agency_topic(event.actor.agency_public_id, subject="domains"))


@after_commit(CalendarChanged)
def tell_followers_of_spaces(event: CalendarChanged) -> None:
    """Refresh the slots of every space on which it shows: a hall's on each of its rooms."""
    publish_topics(*map(space_topic, event.spaces), _calendar_of(event))


@after_commit(SpaceChanged)
def tell_followers_of_space(event: SpaceChanged) -> None:
    """Refresh the slots of a space whose rules or price differ now."""
    publish_topics(space_topic(event.subject_public_id), _calendar_of(event))


@after_commit(LocationEvent)
def tell_followers_of_location(event: LocationEvent) -> None:
    """Refresh the slots of every space whose hours, or whose clock, may be other ones."""
    publish_topics(*map(space_topic, event.spaces), _calendar_of(event))


@after_commit(SupportEnded)
def close_streams_of_support(event: SupportEnded) -> None:
    """Cut what the support session still listens to."""
    publish_topics(support_topic(event.session))


def _calendar_of(event: Event) -> str:
    """Return the topic of the calendars and lists of reservations of the agency."""
    return agency_topic(event.actor.agency_public_id, subject="calendar")
