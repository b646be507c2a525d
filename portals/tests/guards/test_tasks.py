"""Every task can be enqueued by an older or newer release, and ends in a queue that is served."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest
from celery import Task
from django.apps import apps

from spotex.celery import app
from spotex.runtime import services
from spotex.runtime.config import read_config

_DAY_SECONDS = 86_400.0
PRIMITIVES = {"str", "int", "bool", "float", "Any"}


def _list_tasks() -> list[Task]:
    for config in apps.get_app_configs():
        if (config.module.__file__ or "").find("site-packages") < 0:
            _import_if_there(f"{config.name}.tasks")
    return [task for name, task in sorted(app.tasks.items()) if not name.startswith("celery.")]


def _import_if_there(module: str) -> None:
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise


TASKS = _list_tasks()


def _served_queues() -> set[str]:
    config = read_config({}, throwaway=False)
    commands = [service.command for service in services.describe_background(config, {})]
    return {command[command.index("--queues") + 1] for command in commands if "--queues" in command}


def test_there_are_tasks() -> None:
    assert {"tenants.deliver_mail", "operations.run"} <= {task.name for task in TASKS}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_has_a_dotted_name_of_its_own(task: Task) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)*\.[a-z_]+", task.name)
    assert not task.name.startswith("spotex.")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_takes_primitives_by_name_and_ignores_the_rest(task: Task) -> None:
    parameters = list(inspect.signature(task.run).parameters.values())

    *named, rest = parameters
    assert rest.kind is inspect.Parameter.VAR_KEYWORD
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in named)
    assert {str(one.annotation) for one in parameters} <= PRIMITIVES


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_ends_in_a_queue_that_a_worker_serves(task: Task) -> None:
    queue = app.amqp.router.route({}, task.name)["queue"].name

    assert queue in _served_queues()


def test_every_periodic_task_exists() -> None:
    known = {task.name for task in TASKS}

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= known


def test_periodic_tasks_do_not_pile_up() -> None:
    for entry in app.conf.beat_schedule.values():
        every = entry["schedule"] if isinstance(entry["schedule"], float) else _DAY_SECONDS
        assert entry["options"]["expires"] <= every


def test_long_work_delays_neither_mail_nor_the_watchman() -> None:
    queues = {
        name: app.amqp.router.route({}, name)["queue"].name
        for name in ("operations.run", "operations.recover", "tenants.deliver_waiting_mail")
    }

    assert queues["operations.run"] == "operations"
    assert {queues["operations.recover"], queues["tenants.deliver_waiting_mail"]} == {"default"}
    assert _served_queues() == {"default", "operations"}
