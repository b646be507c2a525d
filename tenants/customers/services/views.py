"""Saved views: a list's words, filter and order under a name, for oneself or for colleagues.

A private view is its owner's business and leaves no line in the trail. What others see is told:
sharing, changing and withdrawing a shared view.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.access import require
from tenants.customers.access import access_view, can_change_view
from tenants.customers.events import SharedViewChanged, ViewShared, ViewWithdrawn
from tenants.customers.models import DefaultView, SavedView
from tenants.customers.selectors import list_views_for, make_circle
from tenants.models import Agency
from tenants.permissions import Permission

PRIVATE_VIEWS: Final = 20
"""Of one person and one list."""

SHARED_VIEWS: Final = 30
"""Of one list."""


class ViewNameMissing(RuleViolation):
    """The name is blank."""

    code = "name_missing"


class ViewNameTaken(RuleViolation):
    """A view that the person sees has the name."""

    code = "view_name_taken"


class TooManyViews(RuleViolation):
    """The list has as many views as it may."""

    code = "too_many_views"


@transaction.atomic
def save_view(
    *,
    actor: Actor,
    list_name: str,
    name: str,
    query: Mapping[str, str],
    is_shared: bool = False,
) -> SavedView:
    """Keep a list as it is shown now under a name.

    Raises:
        NotAllowed: the role may not share views.
        ViewNameMissing, ViewNameTaken, TooManyViews: the name or the number cannot be.
    """
    person = _lock_views(actor)
    view = SavedView(
        owner_id=person,
        customer_id=actor.customer_id,
        list_name=list_name,
        name=name.strip(),
        query=_without_blanks(query),
        is_shared=is_shared,
    )
    _require_room(view, actor=actor)
    _require_free_name(view, actor=actor)
    view.save()
    _tell(view, actor=actor, event=ViewShared if is_shared else None)
    return view


def _lock_views(actor: Actor) -> int:
    """Let one person of the agency after the other count and name views; return whose turn it is."""
    if actor.agency_id is None or actor.user_id is None:
        raise Missing(_("There is no such list."))
    lock_row(Agency(pk=actor.agency_id))
    return actor.user_id


def _without_blanks(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}


def _require_room(view: SavedView, *, actor: Actor) -> None:
    same = list_views_for(actor).filter(list_name=view.list_name, is_shared=view.is_shared)
    most = PRIVATE_VIEWS
    if view.is_shared:
        require(actor, Permission.VIEW_SHARE)
        most = SHARED_VIEWS
    if same.exclude(pk=view.pk).count() >= most:
        raise TooManyViews(
            _("There are %(most)s such views already. Delete one first.") % {"most": most}
        )


def _require_free_name(view: SavedView, *, actor: Actor) -> None:
    if not view.name:
        raise ViewNameMissing(_("Give the view a name."), field="name")
    seen = list_views_for(actor).filter(list_name=view.list_name, name__iexact=view.name)
    own = SavedView.objects.filter(
        make_circle(actor),
        owner_id=view.owner_id,
        list_name=view.list_name,
        name__iexact=view.name,
    )
    if seen.exclude(pk=view.pk).exists() or own.exclude(pk=view.pk).exists():
        raise ViewNameTaken(_("Another view of this list has this name."), field="name")


def _tell(
    view: SavedView,
    *,
    actor: Actor,
    event: type[ViewShared] | type[SharedViewChanged] | type[ViewWithdrawn] | None,
    details: dict[str, list[object]] | None = None,
) -> None:
    if event is not None:
        publish(
            event(
                actor=actor,
                subject_public_id=view.public_id,
                subject_name=view.name,
                customer_public_id=actor.customer_public_id,
                details=details or {},
            ),
        )


@transaction.atomic
def change_view(view: SavedView, *, actor: Actor, name: str, is_shared: bool) -> SavedView:
    """Give a view another name, share it, or take it back.

    Who had a view as default that is theirs to see no longer gets the plain list again.

    Raises:
        Missing: it was deleted meanwhile.
        NotAllowed: the view is somebody else's, or the role may not share views.
        ViewNameMissing, ViewNameTaken, TooManyViews: see ``save_view``.
    """
    view = _lock_own_view(view, actor=actor)
    before = {"name": view.name, "shared": view.is_shared}
    view.name, view.is_shared = name.strip(), is_shared
    if before["shared"] != is_shared:
        _require_room(view, actor=actor)
    _require_free_name(view, actor=actor)
    view.save()
    if not is_shared:
        view.defaults.exclude(user_id=view.owner_id).delete()
    event = ViewShared if is_shared else ViewWithdrawn
    if before["shared"] != is_shared:
        _tell(view, actor=actor, event=event)
    elif is_shared and before["name"] != view.name:
        details: dict[str, list[object]] = {"name": [before["name"], view.name]}
        _tell(view, actor=actor, event=SharedViewChanged, details=details)
    return view


def _lock_own_view(view: SavedView, *, actor: Actor) -> SavedView:
    _lock_views(actor)
    view = access_view(actor, view.public_id)
    if not can_change_view(actor, view):
        require(actor, Permission.VIEW_SHARE)
    return view


@transaction.atomic
def replace_view_query(view: SavedView, *, actor: Actor, query: Mapping[str, str]) -> SavedView:
    """Let a view show from now on what its list shows now.

    Raises:
        Missing: it was deleted meanwhile.
        NotAllowed: the view is somebody else's.
    """
    view = _lock_own_view(view, actor=actor)
    before, view.query = view.query, _without_blanks(query)
    view.save()
    if view.is_shared and before != view.query:
        names = before.keys() | view.query.keys()
        details: dict[str, list[object]] = {
            name: [before.get(name, ""), view.query.get(name, "")]
            for name in sorted(names)
            if before.get(name) != view.query.get(name)
        }
        _tell(view, actor=actor, event=SharedViewChanged, details=details)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: Actor) -> None:
    """Forget a view; for whom it was the default, the list opens plain again.

    Raises:
        Missing: it was deleted meanwhile.
        NotAllowed: the view is somebody else's.
    """
    view = _lock_own_view(view, actor=actor)
    _tell(view, actor=actor, event=ViewWithdrawn if view.is_shared else None)
    view.delete()


@transaction.atomic
def choose_default_view(view: SavedView, *, actor: Actor, is_default: bool) -> None:
    """Let a list open with a view for the actor, or no longer.

    Raises:
        Missing: it was deleted meanwhile.
    """
    person = _lock_views(actor)
    view = access_view(actor, view.public_id)
    defaults = DefaultView.objects.filter(
        make_circle(actor), user_id=person, list_name=view.list_name
    )
    if not is_default:
        defaults.filter(view=view).delete()
        return
    defaults.delete()
    DefaultView.objects.create(
        user_id=person,
        customer_id=actor.customer_id,
        list_name=view.list_name,
        view=view,
    )
