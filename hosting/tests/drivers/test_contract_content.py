"""The contract of engines about content, held by every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hosting.drivers.base import (
    CopyFailed,
    InstallFailed,
    Observation,
    PhpMissing,
    SiteSpec,
    Usage,
)
from hosting.tests.drivers.conftest import make_spec, say_nothing, set_up, with_title

COPY = "op_1"


@pytest.fixture
def other(any_engine) -> Iterator[SiteSpec]:
    """A second site, with files and configuration, and nothing else yet."""
    spec = replace(make_spec(), title="Palestra Vigor")
    for verb in ("place_files", "write_config"):
        getattr(any_engine, verb)(spec, log=say_nothing)
    yield spec
    any_engine.remove(spec, log=say_nothing)


def _finish(engine, spec: SiteSpec) -> None:
    engine.install(spec, log=say_nothing)
    engine.start(spec, log=say_nothing)


def _stop(engine, *specs: SiteSpec) -> None:
    for spec in specs:
        engine.stop(spec, log=say_nothing)


def _shows(engine, spec: SiteSpec, title: str) -> bool:
    engine.start(spec, log=say_nothing)
    return engine.probe(with_title(spec, title), log=say_nothing).status == 200


def test_versions_are_offered_newest_first(any_engine, spec) -> None:
    versions = any_engine.php_versions()

    assert versions
    assert list(versions) == sorted(versions, reverse=True)
    for version in versions:
        wanted = replace(spec, php_version=version)
        assert any_engine.check_parts(wanted, log=say_nothing).php_version == version
    with pytest.raises(PhpMissing):
        any_engine.check_parts(replace(spec, php_version="5.2"), log=say_nothing)


def test_space_is_measured(any_engine, living, spec) -> None:
    used = any_engine.measure(living)

    assert used.files_bytes > 0
    assert used.database_bytes > 0
    assert used.total_bytes == used.files_bytes + used.database_bytes
    assert any_engine.measure(spec) == Usage(files_bytes=0, database_bytes=0)


def test_copy_makes_a_new_site_of_another(any_engine, living, other) -> None:
    for _ in range(2):
        any_engine.prepare_copy(living, other, copy=COPY, log=say_nothing)
    assert not any_engine.observe(other).installed

    for _ in range(2):
        any_engine.place_copy(other, copy=COPY, log=say_nothing)
    assert any_engine.observe(other).installed
    assert _shows(any_engine, other, living.title)
    assert _shows(any_engine, living, living.title)


def test_placed_copy_can_be_taken_back(any_engine, living, other) -> None:
    any_engine.prepare_copy(living, other, copy="first", log=say_nothing)
    any_engine.place_copy(other, copy="first", log=say_nothing)
    any_engine.lay_up(other, log=say_nothing)
    any_engine.write_config(other, log=say_nothing)
    any_engine.install(other, log=say_nothing)
    assert _shows(any_engine, other, other.title)

    any_engine.prepare_copy(living, other, copy=COPY, log=say_nothing)
    assert _shows(any_engine, other, other.title)
    _stop(any_engine, other)
    any_engine.place_copy(other, copy=COPY, log=say_nothing)
    assert _shows(any_engine, other, living.title)
    for _ in range(2):
        _stop(any_engine, other)
        any_engine.step_back(other, copy=COPY, log=say_nothing)
        assert _shows(any_engine, other, other.title)


def test_dropped_copies_are_gone(any_engine, living, other) -> None:
    for copy in ("first", COPY):
        any_engine.prepare_copy(living, other, copy=copy, log=say_nothing)
    any_engine.drop_copies(other, keep=COPY, log=say_nothing)

    with pytest.raises(CopyFailed):
        any_engine.place_copy(other, copy="first", log=say_nothing)
    any_engine.place_copy(other, copy=COPY, log=say_nothing)
    for _ in range(2):
        any_engine.drop_copies(other, log=say_nothing)
    assert _shows(any_engine, other, living.title)


def test_nothing_is_exchanged_under_a_running_site(any_engine, living, other) -> None:
    any_engine.prepare_copy(living, other, copy=COPY, log=say_nothing)
    any_engine.start(other, log=say_nothing)

    with pytest.raises(CopyFailed):
        any_engine.place_copy(other, copy=COPY, log=say_nothing)
    with pytest.raises(CopyFailed):
        any_engine.step_back(other, copy=COPY, log=say_nothing)


def test_nothing_cannot_be_copied_or_counted(any_engine, living, other) -> None:
    with pytest.raises(CopyFailed):
        any_engine.prepare_copy(other, living, copy=COPY, log=say_nothing)
    with pytest.raises(CopyFailed):
        any_engine.place_copy(living, copy="never", log=say_nothing)
    with pytest.raises(CopyFailed):
        any_engine.count_changes(other, since=datetime.now(UTC))


def test_quiet_site_has_no_changes(any_engine, living) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=5)

    changes = any_engine.count_changes(living, since=ahead)

    assert (changes.since, changes.has_any) == (ahead, False)


def test_spare_becomes_the_site_of_its_owner(any_engine, other) -> None:
    with pytest.raises(InstallFailed):
        any_engine.lay_up(other, log=say_nothing)
    any_engine.install(other, log=say_nothing)
    for _ in range(2):
        any_engine.lay_up(other, log=say_nothing)
    owned = replace(
        other,
        hosts=(f"own-{other.host}",),
        title="Sartoria “Bea” & C.",
        admin_email="bea@sartoria.test",
    )

    for _ in range(2):
        set_up(any_engine, owned)

    assert any_engine.probe(owned, log=say_nothing).status == 200
    any_engine.remove(owned, log=say_nothing)
    assert any_engine.observe(owned) == Observation.nothing()
