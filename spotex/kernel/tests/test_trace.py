"""Lines of the log say whose work they are about, and keep secrets."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import environ
import pytest
from celery import Celery
from django.core.exceptions import ImproperlyConfigured

from spotex.configuration.logs import describe_logging
from spotex.kernel import task_trace, trace


@pytest.fixture(autouse=True)
def _fresh_trace():
    trace.begin_trace("-")
    yield
    trace.begin_trace("-")


def _env(**values: str) -> environ.Env:
    env = environ.Env()
    env.ENVIRON = values
    return env


def _json_logger() -> tuple[logging.Logger, io.StringIO]:
    configured = describe_logging(_env(SPOTEX_LOG_FORMAT="json"), production=False)
    out = io.StringIO()
    configurator = logging.config.DictConfigurator(configured)
    handler = logging.StreamHandler(out)
    handler.setFormatter(configurator.configure_formatter(configured["formatters"]["json"]))
    handler.addFilter(trace.TraceFilter())
    logger = logging.getLogger("spotex.somewhere")
    logger.handlers.clear()
    logger.propagate = False
    logger.addHandler(handler)
    return logger, out


def test_a_json_line_is_one_object_with_the_fields_of_the_work():
    logger, out = _json_logger()
    trace.begin_trace("req-1")
    trace.agency_slug.set("lumen")
    trace.user_id.set("user_1")
    trace.portal_name.set("agency")

    logger.info("Deployed %s", "a site", extra={"duration_ms": 12.5})

    line = json.loads(out.getvalue())
    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "spotex.somewhere",
        "message": "Deployed a site",
        "request_id": "req-1",
        "agency": "lumen",
        "portal": "agency",
        "user": "user_1",
        "task": "-",
        "duration_ms": 12.5,
    }


def test_a_json_line_keeps_a_traceback_in_the_same_line():
    logger, out = _json_logger()

    try:
        int("no")
    except ValueError:
        logger.exception("It failed")

    assert out.getvalue().count("\n") == 1
    assert "ValueError: invalid literal" in json.loads(out.getvalue())["exc_info"]


@pytest.mark.parametrize(
    "said",
    [
        "Authorization: Bearer abcdefghijkl.mnopqrst",
        "password=abcdefghijkl",
        "X-API-Key: abcdefghijkl",
        'token: "abcdefghijkl"',
        "csrf=abcdefghijkl; session=abcdefghijkl",
    ],
)
def test_secrets_never_reach_the_log(said):
    logger, out = _json_logger()

    logger.warning("Request had %s and went on", said)

    assert "abcdefghijkl" not in out.getvalue()
    assert "went on" in out.getvalue()


def test_harmless_words_stay():
    assert trace.hide_secrets("The token expired, session ended") == (
        "The token expired, session ended"
    )


def test_an_unknown_format_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="SPOTEX_LOG_FORMAT is 'xml'"):
        describe_logging(_env(SPOTEX_LOG_FORMAT="xml"), production=False)


def test_production_speaks_to_machines_and_notes_every_answer():
    described = describe_logging(_env(), production=True)

    assert described["handlers"]["console"]["formatter"] == "json"
    assert described["loggers"]["spotex.requests"]["level"] == "INFO"


def test_a_task_carries_the_id_of_the_request_that_caused_it():
    seen: list[tuple[str, str]] = []
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.task_always_eager = False

    @app.task(name="test.look", bind=True)
    def look(self) -> None:
        seen.append((trace.request_id.get(), trace.task_name.get()))

    trace.begin_trace("req-7")
    headers: dict[str, str] = {}
    task_trace._stamp(headers=headers)
    trace.begin_trace("-")
    look.push_request(**headers)
    task_trace._begin(task_id="0123456789abcdef-more", task=look)
    look.run()
    task_trace._end(task=look, state="SUCCESS")

    assert seen == [("req-7", "test.look")]
    assert trace.request_id.get() == "-"


def test_a_task_of_nobody_has_an_id_of_its_own():
    app = Celery("test", broker="memory://", set_as_current=False)

    @app.task(name="test.alone")
    def alone() -> None: ...

    alone.push_request()
    task_trace._begin(task_id="0123456789abcdef-more", task=alone)

    assert trace.request_id.get() == "0123456789abcdef"
    task_trace._end(task=alone, state=None)
