"""Events: what happened, told upwards.

``publish`` runs the receivers of an event in two groups. Those registered with ``on`` run at
once, inside the caller's transaction: they may only write rows (audit, outgoing mail), so that
the effect is exactly as durable as the change. Those registered with ``after_commit`` run when
the transaction is in the database: they wake somebody up (enqueue a task, poke a live page) and
may be lost without harm, because every woken party also looks by itself from time to time.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, ClassVar, TypeVar

from django.db import transaction

from spotex.kernel.actor import Actor

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; ``name`` is dotted and in the past tense, ``""`` for inner signals.

    The fields below ``actor`` are what the audit trail shows; ``details`` holds JSON values, for
    changes as ``{"field": [before, after]}``. Secrets go into fields of the subclass only.
    An event that is not ``audited`` only wakes somebody up, such as a page that shows progress.
    """

    name: ClassVar[str] = ""
    audited: ClassVar[bool] = True
    actor: Actor
    subject_public_id: str = ""
    subject_name: str = ""
    customer_public_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)


EventType = TypeVar("EventType", bound=Event)
Receiver = Callable[[Any], None]

_inside: dict[type[Event], list[Receiver]] = defaultdict(list)
_after: dict[type[Event], list[Receiver]] = defaultdict(list)


def on(
    *kinds: type[EventType],
) -> Callable[[Callable[[EventType], None]], Callable[[EventType], None]]:
    """Register a receiver that writes rows in the publisher's transaction."""
    return partial(_register, _inside, kinds)


def after_commit(
    *kinds: type[EventType],
) -> Callable[[Callable[[EventType], None]], Callable[[EventType], None]]:
    """Register a receiver that runs once the change is committed; its failure is only logged."""
    return partial(_register, _after, kinds)


def _register(
    table: dict[type[Event], list[Receiver]],
    kinds: tuple[type[EventType], ...],
    receiver: Callable[[EventType], None],
) -> Callable[[EventType], None]:
    for kind in kinds:
        table[kind].append(receiver)
    return receiver


def publish(event: Event) -> None:
    """Tell the receivers of this event, and of its base classes, that it happened."""
    for kind in type(event).__mro__:
        for receiver in _inside.get(kind, ()):
            receiver(event)
        for receiver in _after.get(kind, ()):
            transaction.on_commit(_bind(receiver, event), robust=True)


def _bind(receiver: Receiver, event: Event) -> Callable[[], None]:
    @wraps(receiver)  # the log names the receiver when it fails
    def run() -> None:
        receiver(event)

    return run


def list_event_types() -> list[type[Event]]:
    """Return every concrete event class that is loaded, for the guard tests."""
    found: list[type[Event]] = []
    waiting = list(Event.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.name:
            found.append(kind)
    return sorted(found, key=lambda kind: kind.name)
