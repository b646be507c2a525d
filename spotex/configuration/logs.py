"""What the processes say: lines for people, or one JSON object a line for machines."""

from __future__ import annotations

from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured

_FORMATS: Final = ("line", "json")


def describe_logging(env: environ.Env, *, production: bool) -> dict[str, Any]:
    """Return Django's LOGGING.

    Raises:
        ImproperlyConfigured: SPOTEX_LOG_FORMAT is neither ``line`` nor ``json``.
    """
    chosen = env("SPOTEX_LOG_FORMAT", default="json" if production else "line")
    if chosen not in _FORMATS:
        raise ImproperlyConfigured(f"SPOTEX_LOG_FORMAT is {chosen!r}; use line or json.")
    # The supervisor writes the time in front of every line.
    clock = "" if env.bool("SPOTEX_SUPERVISED", default=False) else "{asctime} "
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"trace": {"()": "spotex.kernel.trace.TraceFilter"}},
        "formatters": {
            "line": {
                "format": clock + "{levelname:<7} {name} [{request_id} {agency}] {message}",
                "style": "{",
            },
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "{levelname}{name}{message}{request_id}{agency}{portal}{user}{task}",
                "style": "{",
                "rename_fields": {"levelname": "level", "name": "logger"},
                "timestamp": "time",
            },
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": chosen,
                "filters": ["trace"],
            },
        },
        "root": {"handlers": ["console"], "level": env("SPOTEX_LOG_LEVEL", default="INFO")},
        "loggers": {
            # One line for each answer: for machines, and for people only when asked.
            "spotex.requests": {
                "level": env(
                    "SPOTEX_LOG_REQUESTS",
                    default="INFO" if chosen == "json" else "WARNING",
                ),
            },
            "django.request": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},  # two lines for every task say nothing
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
