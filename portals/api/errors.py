"""Every failure of a call becomes the error envelope here, with the status of its kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from portals.shared.errors import RETRY_SECONDS, error_body, retry_after_of, status_of
from portals.shared.failures import Outrun, translate_failure
from spotex.kernel.errors import DomainError

logger = logging.getLogger(__name__)

AUTHENTICATE: Final = 'Bearer realm="API"'


class Refusal(exceptions.APIException):
    """A refusal that only the API knows: about tokens, hosts or the shape of a request."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int,
        wait: float | None = None,
        errors: dict[str, list[str]] | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.status_code = status
        self.wait = wait
        self.errors = errors or {}
        self.data = data


@dataclass(frozen=True)
class _Outcome:
    status: int
    code: str
    message: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    wait: float | None = None
    data: dict[str, Any] | None = None


_CODES: Final[Mapping[int, str]] = {
    400: "invalid_input",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def handle_exception(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Return the answer to an exception, None for a fault of ours (500, logged by Django)."""
    outcome = _judge(error)
    if outcome is None:
        return None
    body = error_body(code=outcome.code, message=outcome.message, errors=outcome.errors)
    response = Response({**body, "data": outcome.data}, status=outcome.status)
    if outcome.wait is not None:
        response["Retry-After"] = str(max(1, round(outcome.wait)))
    if outcome.status == 401:
        response["WWW-Authenticate"] = AUTHENTICATE
    return response


def _judge(error: Exception) -> _Outcome | None:
    if isinstance(error, DomainError):
        return _judge_domain_error(error)
    if isinstance(error, exceptions.ValidationError):
        return _Outcome(
            400,
            "invalid_input",
            _("Some values cannot be right. See the errors."),
            flatten_errors(error.detail),
        )
    if isinstance(error, exceptions.APIException):
        return _judge_api_exception(error)
    return _judge_other(error)


def _judge_domain_error(error: DomainError) -> _Outcome:
    errors = {error.field: [error.message]} if error.field else {}
    wait = RETRY_SECONDS if isinstance(error, Outrun) else retry_after_of(error)
    return _Outcome(status_of(error), error.code, error.message, errors, wait)


def _judge_api_exception(error: exceptions.APIException) -> _Outcome:
    status = error.status_code
    code = _CODES.get(status, "error")
    detail = error.detail
    wait = getattr(error, "wait", None)
    if isinstance(error, Refusal):
        code = str(getattr(detail, "code", code))
        return _Outcome(status, code, str(detail), error.errors, wait, error.data)
    return _Outcome(status, code, str(detail), wait=wait)


def _judge_other(error: Exception) -> _Outcome | None:
    if isinstance(error, Http404):
        return _Outcome(404, "not_found", _("There is nothing at this address."))
    failure = translate_failure(error)
    if failure is not None:
        return _judge_domain_error(failure)
    if isinstance(error, (DataError, SuspiciousOperation)):
        logger.warning("input that no rule had refused: %s", error)
        return _Outcome(400, "invalid_input", _("The request could not be understood."))
    return None


def flatten_errors(detail: Any, *, prefix: str = "") -> dict[str, list[str]]:
    """Return nested errors as ``{"field": [...], "items.0.name": [...]}``."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found |= flatten_errors(inner, prefix=f"{prefix}.{name}" if prefix else str(name))
        return found
    if isinstance(detail, list) and any(isinstance(item, (Mapping, list)) for item in detail):
        return flatten_errors(dict(enumerate(detail)), prefix=prefix)
    texts = [str(item) for item in detail] if isinstance(detail, list) else [str(detail)]
    return {prefix or "body": texts}
