"""Saved views: private and shared, within limits, each name once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.access import access_view
from tenants.customers.models import DefaultView, SavedView
from tenants.customers.selectors import find_default_view, list_views_for
from tenants.customers.services import views
from tenants.customers.services.views import (
    TooManyViews,
    ViewNameMissing,
    ViewNameTaken,
    change_view,
    choose_default_view,
    delete_view,
    replace_view_query,
    save_view,
)

pytestmark = pytest.mark.usefixtures("in_agency")
QUERY = {"search": "gino", "state": "ARCHIVED", "ordering": ""}


def _save(actor, name="Gino", **more) -> SavedView:
    return save_view(actor=actor, list_name="CUSTOMERS", name=name, query=QUERY, **more)


def _names(actor) -> list[str]:
    return [view.name for view in list_views_for(actor)]


def _events() -> list[str]:
    found = ActivityEntry.objects.filter(event__startswith="customers.view.").order_by("pk")
    return list(found.values_list("event", flat=True))


def test_a_private_view_is_its_owners_alone_and_leaves_no_line(owner_actor, colleague_actor):
    view = _save(owner_actor, name="  Gino ")

    assert view.query == {"search": "gino", "state": "ARCHIVED"}
    assert _names(owner_actor) == ["Gino"]
    assert _names(colleague_actor) == []
    assert _events() == []
    with pytest.raises(Missing):
        access_view(colleague_actor, view.public_id)


def test_a_shared_view_is_seen_by_colleagues_only(
    owner_actor, viewer_actor, contact_actor, other_actor, other_agency
):
    _save(owner_actor, is_shared=True)

    assert _names(viewer_actor) == ["Gino"]
    assert _names(contact_actor) == []
    assert _events() == ["customers.view.shared"]
    with agency_scope(other_agency):
        assert _names(other_actor) == []


def test_people_of_a_customer_share_among_themselves(owner_actor, contact_actor, other_customer):
    save_view(actor=contact_actor, list_name="SITES", name="Mie", query={}, is_shared=True)
    neighbour = replace(contact_actor, user_id=owner_actor.user_id, customer_id=other_customer.pk)
    beside = replace(contact_actor, user_id=owner_actor.user_id)

    assert (_names(neighbour), _names(owner_actor)) == ([], [])
    assert _names(beside) == ["Mie"]


def test_who_only_looks_keeps_views_but_shares_none(viewer_actor):
    _save(viewer_actor)

    with pytest.raises(NotAllowed):
        _save(viewer_actor, name="Per tutti", is_shared=True)

    assert _names(viewer_actor) == ["Gino"]


@pytest.mark.parametrize("name", ["", "   "])
def test_a_view_has_a_name(owner_actor, name):
    with pytest.raises(ViewNameMissing):
        _save(owner_actor, name=name)


def test_a_name_is_given_once_among_the_views_that_a_person_sees(owner_actor, colleague_actor):
    _save(owner_actor)
    _save(colleague_actor)
    _save(owner_actor, name="Comune", is_shared=True)
    for name in ("GINO", "comune"):
        with pytest.raises(ViewNameTaken):
            _save(owner_actor, name=name)
    with pytest.raises(ViewNameTaken):
        _save(colleague_actor, name="Comune")

    other = save_view(actor=owner_actor, list_name="SITES", name="Gino", query={})

    assert other.list_name == "SITES"


def test_the_database_keeps_names_apart_too(owner_actor):
    view = _save(owner_actor)

    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(owner_id=view.owner_id, list_name="CUSTOMERS", name="GINO")


def test_there_is_a_most_of_private_and_of_shared_views(owner_actor, colleague_actor, monkeypatch):
    monkeypatch.setattr(views, "PRIVATE_VIEWS", 1)
    monkeypatch.setattr(views, "SHARED_VIEWS", 1)
    private = _save(owner_actor)
    _save(colleague_actor, name="Comune", is_shared=True)

    for is_shared in (False, True):
        with pytest.raises(TooManyViews):
            _save(owner_actor, name="Altra", is_shared=is_shared)
    with pytest.raises(TooManyViews):
        change_view(private, actor=owner_actor, name="Gino", is_shared=True)

    assert change_view(private, actor=owner_actor, name="Pino", is_shared=False).name == "Pino"


def test_sharing_changing_and_withdrawing_are_told(owner_actor):
    view = _save(owner_actor)
    change_view(view, actor=owner_actor, name="Gino", is_shared=True)
    change_view(view, actor=owner_actor, name="Gino", is_shared=True)
    change_view(view, actor=owner_actor, name="Pino", is_shared=True)
    replace_view_query(view, actor=owner_actor, query=QUERY)
    replace_view_query(view, actor=owner_actor, query={"search": "pino"})
    change_view(view, actor=owner_actor, name="Pino", is_shared=False)
    replace_view_query(view, actor=owner_actor, query={})
    change_view(view, actor=owner_actor, name="Lino", is_shared=True)
    delete_view(view, actor=owner_actor)

    lines = ActivityEntry.objects.filter(event="customers.view.changed").order_by("pk")
    assert [line.details for line in lines] == [
        {"name": ["Gino", "Pino"]},
        {"search": ["gino", "pino"], "state": ["ARCHIVED", ""]},
    ]
    assert _events() == [
        "customers.view.shared",
        "customers.view.changed",
        "customers.view.changed",
        "customers.view.withdrawn",
        "customers.view.shared",
        "customers.view.withdrawn",
    ]


def test_a_shared_view_is_changed_by_whoever_may_share(owner_actor, colleague_actor, viewer_actor):
    view = _save(owner_actor, is_shared=True)

    for call in (
        lambda: change_view(view, actor=viewer_actor, name="Mia", is_shared=True),
        lambda: replace_view_query(view, actor=viewer_actor, query={}),
        lambda: delete_view(view, actor=viewer_actor),
    ):
        with pytest.raises(NotAllowed):
            call()
    change_view(view, actor=colleague_actor, name="Nostra", is_shared=True)

    assert _names(viewer_actor) == ["Nostra"]


def test_a_list_opens_with_one_view_for_each_person(owner_actor, colleague_actor):
    first, second = _save(owner_actor, is_shared=True), _save(owner_actor, name="Due")
    choose_default_view(first, actor=colleague_actor, is_default=True)
    choose_default_view(first, actor=owner_actor, is_default=True)
    choose_default_view(second, actor=owner_actor, is_default=True)

    def chosen(actor) -> list[str]:
        return [view.name for view in list_views_for(actor) if view.is_default]

    assert (chosen(owner_actor), chosen(colleague_actor)) == (["Due"], ["Gino"])
    assert find_default_view(colleague_actor, list_name="CUSTOMERS") == first
    assert find_default_view(colleague_actor, list_name="SITES") is None

    choose_default_view(first, actor=owner_actor, is_default=False)
    assert chosen(owner_actor) == ["Due"]
    choose_default_view(second, actor=owner_actor, is_default=False)
    assert chosen(owner_actor) == []


def test_a_view_taken_back_is_nobodys_default_but_its_owners(owner_actor, colleague_actor):
    view = _save(owner_actor, is_shared=True)
    for actor in (owner_actor, colleague_actor):
        choose_default_view(view, actor=actor, is_default=True)

    change_view(view, actor=owner_actor, name="Gino", is_shared=False)

    assert [row.user_id for row in DefaultView.objects.all()] == [owner_actor.user_id]


def test_there_is_one_default_in_the_data(owner_actor):
    view = _save(owner_actor)
    choose_default_view(view, actor=owner_actor, is_default=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        DefaultView.objects.create(user_id=view.owner_id, list_name="CUSTOMERS", view=view)


def test_a_deleted_view_is_missing_to_whoever_comes_late(owner_actor):
    view = _save(owner_actor)
    late = SavedView.objects.get(pk=view.pk)
    delete_view(view, actor=owner_actor)

    for call in (
        lambda: change_view(late, actor=owner_actor, name="Mia", is_shared=False),
        lambda: choose_default_view(late, actor=owner_actor, is_default=True),
    ):
        with pytest.raises(Missing):
            call()


def test_only_people_keep_views(agency, owner_actor):
    _save(owner_actor, is_shared=True)
    nobody = system_actor(agency)

    assert _names(nobody) == []
    assert find_default_view(nobody, list_name="CUSTOMERS") is None
    with pytest.raises(Missing):
        _save(nobody)


def test_names_compare_without_case_but_show_as_written(owner_actor):
    view = _save(owner_actor)

    assert str(change_view(view, actor=owner_actor, name="GINO", is_shared=False)) == "GINO"
    choose_default_view(view, actor=owner_actor, is_default=True)
    assert "CUSTOMERS" in str(DefaultView.objects.get())
