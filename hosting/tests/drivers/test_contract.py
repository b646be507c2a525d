"""The contract of engines, held by every one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hosting.drivers.base import (
    AddressTaken,
    InstallFailed,
    NotAnswering,
    Observation,
    RouteState,
    SiteSpec,
    StartFailed,
)
from hosting.tests.drivers.conftest import say_nothing, set_up, with_title
from spotex.kernel.ids import new_public_id

LIVE = Observation(
    placed=True,
    configured=True,
    installed=True,
    running=True,
    route=RouteState.LIVE,
)


def test_parts_are_named(any_engine, spec: SiteSpec) -> None:
    said: list[str] = []
    parts = any_engine.check_parts(spec, log=said.append)

    assert parts.php_version.startswith("8.")
    assert parts.wordpress_version[0].isdigit()
    assert parts.free_bytes > 0
    assert said


def test_nothing_is_seen_of_a_site_that_is_not_there(any_engine, spec) -> None:
    assert any_engine.observe(spec) == Observation.nothing()


def test_a_site_comes_to_life(any_engine, spec) -> None:
    set_up(any_engine, spec)

    assert any_engine.observe(spec) == LIVE
    assert any_engine.probe(spec, log=say_nothing).status == 200


def test_every_verb_can_be_repeated(any_engine, spec) -> None:
    set_up(any_engine, spec)
    set_up(any_engine, spec)

    assert any_engine.observe(spec) == LIVE
    for verb in ("pause_route", "stop", "withdraw_route", "remove"):
        getattr(any_engine, verb)(spec, log=say_nothing)
        getattr(any_engine, verb)(spec, log=say_nothing)
    assert any_engine.observe(spec) == Observation.nothing()


def test_absent_is_absent_for_verbs_that_take_away(any_engine, spec) -> None:
    for verb in ("stop", "pause_route", "withdraw_route", "remove"):
        getattr(any_engine, verb)(spec, log=say_nothing)

    assert any_engine.observe(spec) == Observation.nothing()


def test_pause_and_resume_keep_the_site(any_engine, living) -> None:
    any_engine.pause_route(living, log=say_nothing)
    any_engine.stop(living, log=say_nothing)
    paused = any_engine.observe(living)
    any_engine.start(living, log=say_nothing)
    any_engine.publish_route(living, log=say_nothing)

    assert paused == replace(LIVE, running=False, route=RouteState.PAUSED)
    assert any_engine.observe(living) == LIVE
    any_engine.probe(living, log=say_nothing)


def test_restart_keeps_the_site(any_engine, living) -> None:
    any_engine.restart(living, log=say_nothing)

    assert any_engine.observe(living) == LIVE


def test_steps_out_of_order_fail_with_a_reason(any_engine, spec) -> None:
    with pytest.raises(InstallFailed):
        any_engine.install(spec, log=say_nothing)
    with pytest.raises(StartFailed):
        any_engine.start(spec, log=say_nothing)


def test_host_of_another_site_is_taken(any_engine, living) -> None:
    thief = replace(living, site_id=new_public_id("site"))

    with pytest.raises(AddressTaken) as raised:
        any_engine.publish_route(thief, log=say_nothing)
    any_engine.pause_route(thief, log=say_nothing)
    any_engine.withdraw_route(thief, log=say_nothing)
    any_engine.remove(thief, log=say_nothing)

    assert living.host in raised.value.message
    assert any_engine.observe(living) == LIVE


def test_foreign_content_is_no_answer(any_engine, living, monkeypatch) -> None:
    if hasattr(any_engine, "config"):
        hasty = replace(any_engine.config, probe_seconds=0.0)
        monkeypatch.setattr(any_engine, "config", hasty)

    with pytest.raises(NotAnswering):
        any_engine.probe(with_title(living, "Palestra Vigor"), log=say_nothing)


def test_login_link_belongs_to_the_site(any_engine, living) -> None:
    first, second = (any_engine.create_login_link(living, seconds=60) for _ in range(2))

    assert first.startswith(f"{living.url}/")
    assert first != second


def test_no_login_and_no_cron_without_a_process(any_engine, living) -> None:
    any_engine.run_cron(living)
    any_engine.stop(living, log=say_nothing)

    with pytest.raises(NotAnswering):
        any_engine.create_login_link(living, seconds=60)
    with pytest.raises(NotAnswering):
        any_engine.run_cron(living)
