"""Whose work a line of the log is about: carried from the request into everything it starts.

A request sets the fields; a task inherits the request's id with its message, so that one search
finds the page, the task and the operation that belong together.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Final

request_id: ContextVar[str] = ContextVar("request_id", default="-")
agency_slug: ContextVar[str] = ContextVar("agency_slug", default="-")
portal_name: ContextVar[str] = ContextVar("portal_name", default="-")
user_id: ContextVar[str] = ContextVar("user_id", default="-")
task_name: ContextVar[str] = ContextVar("task_name", default="-")
user_agent: ContextVar[str] = ContextVar("user_agent", default="-")
"""What the caller's program calls itself; for the audit trail, not for the log."""

_FIELDS: Final = {
    "request_id": request_id,
    "agency": agency_slug,
    "portal": portal_name,
    "user": user_id,
    "task": task_name,
}
_SECRET: Final = re.compile(
    r"(?i)(bearer\s+|x-api-key:\s*|(?:password|token|secret|api_key|csrf|session)\s*[=:]\s*[\"']?)"
    r"[^\s\"',;&]{6,}",
)


class TraceFilter(logging.Filter):
    """Adds request, agency, portal, user and task to a log record, and hides secrets in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields; never drop a record."""
        for name, variable in _FIELDS.items():
            setattr(record, name, variable.get())
        said = record.getMessage()
        hidden = hide_secrets(said)
        if hidden != said:
            record.msg, record.args = hidden, None
        return True


def hide_secrets(text: str) -> str:
    """Return a text without the values of tokens, passwords, keys and cookies."""
    return _SECRET.sub(lambda found: f"{found[1]}***", text)


def begin_trace(identity: str) -> None:
    """Start a new piece of work under this id; nothing else is known about it yet."""
    request_id.set(identity)
    for variable in (agency_slug, portal_name, user_id, task_name, user_agent):
        variable.set("-")
