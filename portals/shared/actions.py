"""Buttons: the moves that a state machine allows, as people see them; and carrying one out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from portals.shared.failures import as_outrun
from portals.shared.htmx import go, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.machine import Action, HasState, StateMachine

Subject = TypeVar("Subject", bound=HasState)


@dataclass(frozen=True, kw_only=True)
class ActionLook:
    """How a move is offered. ``asks`` leads to a page that asks first; others are done at once."""

    label: str | Promise
    icon: str
    url_name: str
    tone: str = "neutral"
    asks: bool = False
    new_window: bool = False


@dataclass(frozen=True, kw_only=True)
class ActionButton:
    """A move that is open now to this person, on this object."""

    name: str
    label: str
    icon: str
    url: str
    tone: str
    asks: bool
    new_window: bool


def list_action_buttons(
    machine: StateMachine[Action],
    obj: HasState,
    *,
    actor: Actor,
    looks: Mapping[Action, ActionLook],
) -> list[ActionButton]:
    """Return the buttons for an object with a ``public_id``, in the order of the looks."""
    open_now = machine.available(obj, actor)
    return [
        ActionButton(
            name=action.value,
            label=str(look.label),
            icon=look.icon,
            url=reverse(look.url_name, args=[getattr(obj, "public_id")]),  # noqa: B009
            tone=look.tone,
            asks=look.asks,
            new_window=look.new_window,
        )
        for action, look in looks.items()
        if action in open_now
    ]


def carry_out(
    request: PortalRequest,
    call: Callable[[], Any],
    *,
    done: str,
    then: str,
) -> HttpResponse:
    """Do something that has no form, say how it went, and go on to an address.

    Args:
        request: the request.
        call: the one domain call.
        done: sentence for success; ``""`` when the caller says it.
        then: where to go in either case.
    """
    try:
        call()
    except (RuleViolation, Conflict) as error:
        toast(request, error.message, tone="error")
    except IntegrityError as error:
        toast(request, as_outrun(error).message, tone="error")
    else:
        if done:
            toast(request, done)
    return go(request, then)
