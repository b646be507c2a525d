"""The five kinds of domain error.

Every rule of the product that can be broken raises a subclass of one of these, defined in the
module that raises it. Front ends map the *kind*: HTML, API and tasks each do it in one place.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """Something a person can understand went wrong.

    Args:
        message: one sentence for people, translated by the raiser.
        field: name of the input that is to blame, when there is exactly one.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class RuleViolation(DomainError):
    """The input is well-formed, but a rule forbids it (422)."""

    code = "rule_violation"


class Conflict(DomainError):
    """The object is not in the state the caller believes, or is busy (409)."""

    code = "conflict"


class NotAllowed(DomainError):
    """The actor sees the object, but may not do this (403)."""

    code = "not_allowed"


class Missing(DomainError):
    """There is no such object for this actor (404)."""

    code = "not_found"


class UpstreamFailure(DomainError):
    """A system that we depend on did not do its part (503)."""

    code = "upstream_failure"
