"""One contract for three kinds of servers: reporting its path, silent, behind a pooler."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.db import (
    DatabaseError,
    NotSupportedError,
    ProgrammingError,
    connections,
    transaction,
)
from django.db.backends.postgresql.psycopg_any import sql

from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope, current_schema, enter_schema
from spotex.postgresql.base import DatabaseWrapper
from spotex.postgresql.keepers import RememberedPath, ReportedPath, TransactionPath
from spotex.postgresql.tests.conftest import ALIAS, ONE, TWO, Wire, read

KEEPERS = {
    "reporting": ReportedPath,
    "silent": RememberedPath,
    "pooled": TransactionPath,
    "pgbouncer": TransactionPath,
}


def test_each_kind_of_server_has_its_keeper(
    probe: DatabaseWrapper, request: pytest.FixtureRequest
) -> None:
    probe.ensure_connection()

    assert type(probe.keeper) is KEEPERS[request.node.callspec.params["probe"]]


def test_a_scope_decides_which_rows_are_seen(probe: DatabaseWrapper) -> None:
    seen = []
    for schema in (ONE, TWO, ONE, ONE, TWO):
        with agency_scope(schema):
            seen += read(probe)

    assert seen == [ONE, TWO, ONE, ONE, TWO]


def test_outside_every_agency_there_is_no_such_table(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        read(probe)

    with pytest.raises(ProgrammingError, match="does not exist"):
        read(probe)
    assert read(probe, "SELECT text FROM probe_shared") == ["all"]


def test_shared_tables_are_in_sight_of_an_agency(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        assert read(probe, "SELECT text FROM probe_shared") == ["all"]


def test_the_path_travels_inside_the_first_statement(probe: DatabaseWrapper) -> None:
    probe.ensure_connection()

    with agency_scope(ONE), Wire(probe.connection) as sent:
        read(probe, "SELECT text FROM note WHERE text = %s", ONE)

    assert len(sent) == 1
    assert sent[0].endswith(f"""{ONE}", "public";SELECT text FROM note WHERE text = '{ONE}'""")


def test_the_same_agency_again_sends_nothing_extra(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        read(probe)
    plain = "SELECT text FROM note"
    if probe.is_pooled:
        plain = f'SET LOCAL search_path = "{ONE}", "public";{plain}'

    with Wire(probe.connection) as sent:
        for _ in range(3):
            with agency_scope(ONE):
                read(probe)

    assert sent == [plain] * 3


def test_a_transaction_sends_the_path_once(probe: DatabaseWrapper) -> None:
    probe.ensure_connection()

    with agency_scope(ONE), Wire(probe.connection) as sent, transaction.atomic(ALIAS):
        read(probe)
        read(probe)

    assert [message.split(" ", 1)[0] for message in sent] == ["BEGIN", "SET", "SELECT", "COMMIT"]


def test_a_rollback_is_followed_by_the_right_path(probe: DatabaseWrapper) -> None:
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE):
        with pytest.raises(RuntimeError), transaction.atomic(ALIAS):
            read(probe)
            raise RuntimeError

        assert read(probe) == [ONE]


def test_a_rolled_back_savepoint_is_followed_by_the_right_path(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE), transaction.atomic(ALIAS):
        read(probe)
        with agency_scope(TWO):
            with pytest.raises(RuntimeError), transaction.atomic(ALIAS):
                read(probe)
                raise RuntimeError
            inner = read(probe)
        with pytest.raises(RuntimeError), transaction.atomic(ALIAS), agency_scope(TWO):
            read(probe)
            raise RuntimeError
        outer = read(probe)

    assert (inner, outer) == ([TWO], [ONE])


@pytest.mark.parametrize(
    "undo",
    ["ROLLBACK TO SAVEPOINT here", "SELECT 1; ROLLBACK TO SAVEPOINT here"],
)
def test_a_savepoint_rolled_back_by_hand_is_noticed(probe: DatabaseWrapper, undo: str) -> None:
    with agency_scope(ONE), transaction.atomic(ALIAS):
        read(probe)
        with probe.cursor() as cursor:
            cursor.execute("SAVEPOINT here")
            with agency_scope(TWO):
                read(probe)
                cursor.execute(undo)
                after = read(probe)

    assert after == [TWO]


def test_a_path_changed_by_hand_is_put_right(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        read(probe)
        with probe.cursor() as cursor:
            cursor.execute(f"SET search_path = {TWO}")

        assert read(probe) == [ONE]


def test_a_reset_of_the_session_is_noticed(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        read(probe)
        with probe.cursor() as cursor:
            cursor.execute("DISCARD ALL" if not probe.is_pooled else "RESET ALL")

        assert read(probe) == [ONE]


def test_a_failing_first_statement_leaves_no_wrong_path(probe: DatabaseWrapper) -> None:
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE):
        with pytest.raises(DatabaseError):
            read(probe, "SELECT 1 / 0")

        assert read(probe) == [ONE]
    with agency_scope(TWO):
        assert read(probe) == [TWO]


def test_a_failing_first_statement_of_a_transaction_leaves_no_wrong_path(
    probe: DatabaseWrapper,
) -> None:
    with agency_scope(ONE), transaction.atomic(ALIAS):
        with pytest.raises(DatabaseError), transaction.atomic(ALIAS):
            read(probe, "SELECT 1 / 0")
        inner = read(probe)

    assert inner == [ONE]


def test_an_error_inside_nested_scopes_comes_back_to_the_outer_one(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        with pytest.raises(DatabaseError), agency_scope(TWO), agency_scope(PUBLIC_SCHEMA):
            read(probe, "SELECT text FROM note")

        assert (current_schema(), read(probe)) == (ONE, [ONE])


def test_the_answer_is_the_statements_own(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE), probe.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES (%s), (%s)", ["100 %", "%s"])
        written = cursor.rowcount
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE), probe.cursor() as cursor:
        cursor.execute("SELECT text FROM note WHERE text LIKE '%\\%%' ORDER BY text; SELECT 7")
        rows, described = cursor.fetchall(), cursor.description[0].name
        cursor.nextset()
        seven = cursor.fetchone()

    assert (written, rows, described, seven) == (2, [("%s",), ("100 %",)], "text", (7,))


def test_a_statement_may_be_composed(probe: DatabaseWrapper) -> None:
    statement = sql.SQL("SELECT text FROM {}").format(sql.Identifier("note"))

    with agency_scope(ONE), probe.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == [(ONE,)]


def test_many_parameters_go_into_the_agencys_table(probe: DatabaseWrapper) -> None:
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE), probe.cursor() as cursor:
        cursor.executemany("INSERT INTO note VALUES (%s)", [("a",), ("b",)])
        with transaction.atomic(ALIAS):
            cursor.executemany("INSERT INTO note VALUES (%s)", [("c",)])

    with agency_scope(ONE):
        assert read(probe, "SELECT text FROM note ORDER BY text") == ["a", "b", "c", ONE]
    with agency_scope(TWO):
        assert read(probe) == [TWO]


def test_rows_are_copied_into_and_out_of_the_agencys_table(probe: DatabaseWrapper) -> None:
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE), probe.cursor() as cursor:
        with cursor.copy("COPY note FROM STDIN") as copy:
            copy.write_row(["copied"])
        with transaction.atomic(ALIAS), cursor.copy("COPY note TO STDOUT") as copy:
            rows = sorted(row[0] for row in copy.rows())

    assert rows == ["copied", ONE]


def test_a_stream_reads_the_agencys_table(probe: DatabaseWrapper) -> None:
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE), probe.cursor() as cursor:
        assert list(cursor.stream("SELECT text FROM note")) == [(ONE,)]


def test_functions_are_called_in_the_agencys_schema(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE), probe.cursor() as cursor:
        cursor.callproc("current_schema")
        assert cursor.fetchone() == (ONE,)


def test_wrappers_of_django_see_the_statement_alone(probe: DatabaseWrapper) -> None:
    seen = []

    def watch(execute: Callable, statement: str, params, many, context) -> object:
        seen.append(context["cursor"].mogrify(statement, params))
        return execute(statement, params, many, context)

    with agency_scope(ONE), probe.execute_wrapper(watch):
        rows = read(probe, "SELECT text FROM note WHERE text = %s", ONE)

    assert (rows, seen) == ([ONE], [f"SELECT text FROM note WHERE text = '{ONE}'"])


ALONE = ["VACUUM note", "/* now */ CREATE INDEX CONCURRENTLY probe_index ON note (text)"]


@pytest.mark.parametrize("statement", ALONE)
def test_what_cannot_run_in_a_transaction_gets_its_path_before(
    probe: DatabaseWrapper, statement: str
) -> None:
    with agency_scope(ONE), probe.cursor() as cursor:
        if probe.is_pooled:
            with pytest.raises(NotSupportedError, match="pooler"):
                cursor.execute(statement)
        else:
            cursor.execute(statement)
        assert read(probe) == [ONE]


def test_what_cannot_run_in_a_transaction_runs_outside_every_agency(probe: DatabaseWrapper) -> None:
    with probe.cursor() as cursor:
        cursor.execute("VACUUM probe_shared")


def test_a_named_cursor_reads_the_agencys_table(probe: DatabaseWrapper) -> None:
    with agency_scope(TWO):
        read(probe)
    with agency_scope(ONE), transaction.atomic(ALIAS):
        if probe.is_pooled:
            with pytest.raises(NotSupportedError, match="named"):
                probe.chunked_cursor()
        else:
            with probe.chunked_cursor() as cursor:
                cursor.execute("SELECT text FROM note")
                assert cursor.fetchall() == [(ONE,)]


def test_a_lost_connection_is_replaced_before_the_next_request(
    probe: DatabaseWrapper, request: pytest.FixtureRequest
) -> None:
    through_pooler = request.node.callspec.params["probe"] == "pgbouncer"
    probe.settings_dict["CONN_HEALTH_CHECKS"] = True
    with agency_scope(ONE):
        (number,) = read(probe, "SELECT pg_backend_pid()")
        other = (connections["default"] if through_pooler else probe).copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        other.close()
        probe.close_if_unusable_or_obsolete()

        assert read(probe) == [ONE]
        assert read(probe, "SELECT pg_backend_pid()") != [number]


def test_a_living_connection_is_checked_without_a_statement(probe: DatabaseWrapper) -> None:
    probe.settings_dict["CONN_HEALTH_CHECKS"] = True
    with agency_scope(ONE):
        read(probe)
        probe.close_if_unusable_or_obsolete()

        with Wire(probe.connection) as sent:
            read(probe)

    assert len(sent) == 1


def test_a_connection_that_waited_long_is_asked(probe: DatabaseWrapper) -> None:
    probe.settings_dict["CONN_HEALTH_CHECKS"] = True
    with agency_scope(ONE):
        read(probe)
        probe.close_if_unusable_or_obsolete()
        probe._quiet_since -= 3_600

        with Wire(probe.connection) as sent:
            read(probe)

    assert sent[0] == "SELECT 1"


def test_a_connection_closed_by_hand_is_opened_again(probe: DatabaseWrapper) -> None:
    probe.settings_dict["CONN_HEALTH_CHECKS"] = True
    with agency_scope(ONE):
        read(probe)
        probe.close_if_unusable_or_obsolete()
        probe.connection.close()

        assert read(probe) == [ONE]


def test_threads_do_not_mix_agencies(probe: DatabaseWrapper) -> None:
    barrier = threading.Barrier(8)

    def work(number: int) -> set[bool]:
        connections[ALIAS] = probe.copy()
        barrier.wait()
        try:
            return {_look(ONE if (number + turn) % 2 else TWO, turn) for turn in range(60)}
        finally:
            connections[ALIAS].close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(8)))

    assert results == [{True}] * 8


def _look(schema: str, turn: int) -> bool:
    with agency_scope(schema):
        if turn % 3:
            return read(connections[ALIAS]) == [schema]
        with transaction.atomic(ALIAS):
            return read(connections[ALIAS]) == [schema]


def test_a_new_thread_begins_outside_every_agency(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE), ThreadPoolExecutor(1) as pool:
        assert pool.submit(current_schema).result() == PUBLIC_SCHEMA


def test_the_scope_goes_along_into_asynchronous_work(probe: DatabaseWrapper) -> None:
    def look() -> list[str]:
        own = probe.copy()
        try:
            return read(own)
        finally:
            own.close()

    async def ask(schema: str) -> list[str]:
        with agency_scope(schema):
            return await sync_to_async(look, thread_sensitive=False)()

    async def ask_both() -> list[list[str]]:
        return [await ask(ONE), await ask(TWO), await ask(ONE)]

    assert async_to_sync(ask_both)() == [[ONE], [TWO], [ONE]]
    assert current_schema() == PUBLIC_SCHEMA


def test_introspection_sees_the_own_tables_only(probe: DatabaseWrapper) -> None:
    with agency_scope(ONE):
        assert probe.introspection.table_names() == ["note"]
        assert read(probe) == [ONE]
    assert "probe_shared" in probe.introspection.table_names()


def test_a_connection_counts_the_agencies_and_is_closed_above_its_budget(
    probe: DatabaseWrapper,
) -> None:
    probe.settings_dict["AGENCIES_PER_CONNECTION"] = 2
    for schema in (ONE, PUBLIC_SCHEMA):
        with agency_scope(schema):
            read(probe, "SELECT 1")
    probe.close_if_unusable_or_obsolete()
    within = probe.connection

    with agency_scope(TWO):
        with transaction.atomic(ALIAS):
            read(probe)
            probe.close_if_worn()
            inside = probe.connection
        probe.close_if_unusable_or_obsolete()

    assert inside is within is not None
    assert probe.connection is None


def test_a_worn_connection_with_an_open_transaction_is_kept(probe: DatabaseWrapper) -> None:
    probe.settings_dict["AGENCIES_PER_CONNECTION"] = 0
    probe.set_autocommit(False)
    with agency_scope(ONE):
        read(probe, "INSERT INTO note VALUES ('by hand') RETURNING text")
    probe.close_if_worn()
    probe.commit()
    probe.set_autocommit(True)

    with agency_scope(ONE):
        assert "by hand" in read(probe)
    probe.close_if_worn()
    assert probe.connection is None


def test_a_name_that_no_schema_can_have_is_refused(probe: DatabaseWrapper) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        enter_schema('x", public; DROP SCHEMA public; --')

    assert current_schema() == PUBLIC_SCHEMA


def test_names_that_need_quotes_work(probe: DatabaseWrapper) -> None:
    with agency_scope("Mixed Case-1"):
        assert read(probe, "SELECT 1") == [1]
        assert "Mixed Case-1" in read(probe, "SHOW search_path")[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"OPTIONS": {"server_side_binding": True}},
        {"OPTIONS": {"pool": True}},
        {"POOLER": "statement"},
        {"POOLER": "transaction", "OPTIONS": {"assume_role": "postgres"}},
        {"POOLER": "transaction", "OPTIONS": {"prepare_threshold": 5}},
    ],
)
def test_settings_that_do_not_go_with_schemas_are_refused(wrong: dict[str, object]) -> None:
    wrapper = DatabaseWrapper({**connections["default"].settings_dict, **wrong}, "wrong")

    with pytest.raises(ImproperlyConfigured):
        wrapper.check_settings()


def test_the_commands_of_django_tenants_change_the_scope_through_the_connection() -> None:
    wrapper = DatabaseWrapper(connections["default"].settings_dict, "commands")

    wrapper.set_schema(ONE, include_public=False)
    narrow = (wrapper.tenant.schema_name, wrapper.include_public_schema, current_schema())
    wrapper.set_schema_to_public()

    assert narrow == (ONE, False, ONE)
    assert (wrapper.schema_name, wrapper.include_public_schema) == (PUBLIC_SCHEMA, True)
