"""Customers from a file: sent, corrected, added once, each with its event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.customers.access import access_import
from tenants.customers.import_files import ImportFileInvalid
from tenants.customers.models import Customer, CustomerImport
from tenants.customers.selectors import list_imports_for
from tenants.customers.services import import_runs, imports
from tenants.customers.services.imports import (
    FORGET,
    RUN,
    ColumnsMissing,
    change_import,
    list_refused_lines,
    preview_import,
    start_import,
    upload_customers,
)
from tenants.customers.tests.factories import CustomerFactory
from tenants.due import claim_due_work, run_due_work
from tenants.models import DueWork, Membership, Plan, User

pytestmark = pytest.mark.usefixtures("in_agency")
FILE = b"Nome;Email;Partita IVA\nBar Uno;uno@bar.test;00743110157\nBar Due;due@bar.test;\n"
BAD = FILE + b"Bar Tre;tre;\n"


@pytest.fixture(autouse=True)
def _english(owner: User, colleague: User) -> None:
    """Let reasons be told in English: a worker speaks the language of whoever asked."""
    User.objects.filter(pk__in=[owner.pk, colleague.pk]).update(language="en")


def _send(actor, content=FILE, name="clienti.csv") -> CustomerImport:
    return upload_customers(actor=actor, file_name=name, content=content, at=timezone.now())


def _start(found, actor, mode="GOOD") -> CustomerImport:
    return start_import(found, actor=actor, mode=mode, at=timezone.now())


def _work() -> None:
    """Do what is due, as a worker does."""
    with agency_scope(PUBLIC_SCHEMA):
        for claim in claim_due_work(at=timezone.now()):
            if claim.kind.startswith("customers."):
                run_due_work(claim, at=timezone.now())


def _names() -> list[str]:
    return list(Customer.objects.order_by("pk").values_list("name", flat=True))


def test_a_file_is_read_and_waits(owner_actor):
    found = _send(owner_actor)

    assert (found.encoding, found.delimiter, found.lines) == ("utf-8", ";", 2)
    assert found.columns == {"name": 0, "email": 1, "vat_number": 2}
    preview = preview_import(found, actor=owner_actor)
    assert ([line.number for line in preview.good], preview.refused) == ([2, 3], [])
    assert (str(found), preview.room, _names()) == ("clienti.csv", 20, [])


def test_customers_are_added_by_the_one_service(owner_actor):
    found = _start(_send(owner_actor), owner_actor)
    assert _names() == []

    _work()

    found.refresh_from_db()
    assert (found.state, found.created, found.refused) == ("DONE", 2, [])
    assert _names() == ["Bar Uno", "Bar Due"]
    assert Customer.objects.get(name="Bar Uno").vat_number == "00743110157"
    lines = ActivityEntry.objects.order_by("pk").values_list("event", "actor_name", "details")
    assert [event for event, *_rest in lines].count("customers.customer.created") == 2
    last = lines.last()
    assert last[0] == "customers.import.finished"
    assert last[2] == {"added": 2, "left_out": 0}
    assert last[1] == owner_actor.name


@pytest.mark.parametrize("mode", ["ALL", "GOOD"])
def test_asked_twice_and_run_twice_adds_once(owner_actor, in_agency, mode):
    found = _send(owner_actor)
    _start(found, owner_actor, mode)
    _start(found, owner_actor, mode)
    _work()
    _start(found, owner_actor, mode)
    import_runs.run_import(found.public_id, agency_id=in_agency.pk)
    _work()

    assert _names() == ["Bar Uno", "Bar Due"]


def test_good_lines_go_on_without_the_bad_ones(owner_actor):
    found = _start(_send(owner_actor, BAD), owner_actor)

    _work()

    found.refresh_from_db()
    assert (found.state, found.created, found.lines_seen) == ("DONE", 2, 3)
    assert found.refused == [[4, "“tre” is not an e-mail address."]]
    assert list_refused_lines(found)[1] == {4: "“tre” is not an e-mail address."}


def test_all_or_none_adds_none_when_one_is_bad(owner_actor):
    found = _start(_send(owner_actor, BAD), owner_actor, "ALL")

    _work()

    found.refresh_from_db()
    assert (found.state, found.created) == ("FAILED", 0)
    assert found.problem == "Some lines cannot be imported, so none was."
    assert list(list_refused_lines(found)[1]) == [4]
    assert _names() == []


def test_all_or_none_respects_the_limit(owner_actor, in_agency):
    Plan.objects.filter(pk=in_agency.plan_id).update(customers=1)
    found = _start(_send(owner_actor), owner_actor, "ALL")

    _work()

    found.refresh_from_db()
    assert found.state == "FAILED"
    assert found.problem
    assert _names() == []


def test_the_good_lines_stop_at_the_limit(owner_actor, in_agency):
    Plan.objects.filter(pk=in_agency.plan_id).update(customers=1)
    found = _send(owner_actor)
    assert preview_import(found, actor=owner_actor).room == 1

    _start(found, owner_actor)
    _work()

    found.refresh_from_db()
    assert (found.created, [number for number, _why in found.refused]) == (1, [3])
    assert _names() == ["Bar Uno"]


def test_a_plan_without_a_limit_has_room(owner_actor, in_agency):
    Plan.objects.filter(pk=in_agency.plan_id).update(customers=-1)

    assert preview_import(_send(owner_actor), actor=owner_actor).room is None


def test_known_customers_are_recognised(owner_actor):
    CustomerFactory(name="Primo", email="UNO@bar.test")
    CustomerFactory(name="Vecchio", email="due@bar.test", state="ARCHIVED")

    preview = preview_import(_send(owner_actor), actor=owner_actor)

    assert [line.reasons for line in preview.lines] == [
        ["It exists already as “Primo”."],
        ["It exists already as “Vecchio (archived)”."],
    ]


def test_a_worker_that_died_between_chunks_leaves_nothing_twice(owner_actor, monkeypatch):
    monkeypatch.setattr(import_runs, "CHUNK", 1)
    found = _start(_send(owner_actor, BAD), owner_actor)
    _table, lines = imports.check_file(found)
    assert import_runs._add_chunk(found, lines=lines, actor=owner_actor) is True
    assert _names() == ["Bar Uno"]

    _work()

    found.refresh_from_db()
    assert _names() == ["Bar Uno", "Bar Due"]
    assert (found.state, found.created, len(found.refused)) == ("DONE", 2, 1)
    assert import_runs._add_chunk(found, lines=lines, actor=owner_actor) is False


@pytest.mark.parametrize("change", ["left", "viewer"])
def test_who_lost_the_right_meanwhile_adds_nobody(colleague_actor, owner_actor, change):
    found = _start(_send(colleague_actor), colleague_actor)
    membership = Membership.objects.filter(user_id=colleague_actor.user_id)
    membership.delete() if change == "left" else membership.update(role="VIEWER")

    _work()

    found.refresh_from_db()
    assert (found.state, _names()) == ("FAILED", [])
    assert found.problem


def test_a_failure_after_the_end_changes_nothing(owner_actor):
    found = _start(_send(owner_actor), owner_actor)
    _work()

    import_runs._fail(found, reason="x")

    found.refresh_from_db()
    assert found.state == "DONE"


def test_a_file_without_anything_new_tells_nothing(owner_actor):
    found = _start(_send(owner_actor, b"Nome;Email\nBar;x\n"), owner_actor)

    _work()

    found.refresh_from_db()
    assert (found.state, found.created) == ("DONE", 0)
    assert not ActivityEntry.objects.filter(event="customers.import.finished").exists()


def test_columns_and_reading_are_corrected(owner_actor):
    found = _send(owner_actor, b"A;B,C\nBar;uno@bar.test,x\n")
    assert found.columns == {}
    with pytest.raises(ColumnsMissing):
        _start(found, owner_actor)

    found = change_import(
        found, actor=owner_actor, encoding="utf-8", delimiter=";", columns={"name": 0, "email": 1}
    )
    assert found.columns == {"name": 0, "email": 1}
    other = change_import(
        found, actor=owner_actor, encoding="utf-8", delimiter=",", columns={"name": 0}
    )
    assert (other.delimiter, other.columns) == (",", {})
    with pytest.raises(ImportFileInvalid):
        change_import(found, actor=owner_actor, encoding="utf-7", delimiter=",", columns={})


def test_a_file_that_is_being_imported_is_read_no_other_way(owner_actor):
    found = _start(_send(owner_actor), owner_actor)

    same = change_import(found, actor=owner_actor, encoding="cp1252", delimiter=",", columns={})

    assert (same.encoding, same.delimiter) == ("utf-8", ";")


def test_a_new_file_takes_the_place_of_the_one_that_waits(owner_actor, colleague_actor):
    _send(colleague_actor)
    _send(owner_actor)
    newest = _send(owner_actor, name="")

    assert [one.file_name for one in list_imports_for(owner_actor)] == [
        "customers.csv",
        "clienti.csv",
    ]
    assert access_import(colleague_actor, newest.public_id) == newest


def test_only_people_who_add_customers_import(
    owner_actor, viewer_actor, contact_actor, other_actor, other_agency
):
    found = _send(owner_actor)

    for actor in (viewer_actor, contact_actor, replace(owner_actor, support_session="imp_1")):
        with pytest.raises(NotAllowed):
            _send(actor)
    for actor in (viewer_actor, contact_actor):
        with pytest.raises(Missing):
            access_import(actor, found.public_id)
    with agency_scope(other_agency), pytest.raises(Missing):
        access_import(other_actor, found.public_id)


def test_files_are_forgotten_after_a_time(owner_actor, in_agency):
    found = _send(owner_actor)
    due = DueWork.objects.get(kind=FORGET, key=found.public_id)
    assert due.due_at > timezone.now() + imports.KEPT - timezone.timedelta(hours=1)

    DueWork.objects.filter(pk=due.pk).update(due_at=timezone.now())
    _work()

    assert not CustomerImport.objects.exists()
    import_runs.run_import(found.public_id, agency_id=in_agency.pk)
    assert not DueWork.objects.filter(kind=RUN).exists()
