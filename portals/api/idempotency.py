"""Calls that may be repeated: the answer is stored with the effect, under the caller's key.

The row of the key is written first, in the transaction of the effect. A second call with the
same key waits for the first one at the unique index, then repeats its answer. A call that fails
leaves no row, so it can be corrected and tried again with the same key. Keys are kept for a day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import Answer
from spotex.kernel.errors import RuleViolation
from spotex.kernel.keys import forget_old_keys
from spotex.kernel.locks import Busy, is_lock_timeout, set_lock_timeout
from spotex.kernel.models import IdempotencyKey
from spotex.kernel.tenancy import agency_scope, current_schema, enter_schema

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEY_PATTERN: Final = r"^[!-~]{1,255}$"
WAIT_SECONDS: Final = 30


class KeyReused(RuleViolation):
    """The key belongs to a different call."""

    code = "idempotency_key_reused"


def read_key(request: Request) -> str:
    """Return the caller's key, ``""`` without one.

    Raises:
        ValidationError: it is too long or has other than visible ASCII characters.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    if not re.match(KEY_PATTERN, key):
        raise ValidationError({HEADER: [_("Use 1 to 255 visible ASCII characters.")]})
    return key


def digest_call(request: Request, *, data: Mapping[str, Any]) -> str:
    """Return a digest of the call, keyed, because the body may hold a password."""
    text = json.dumps([request.method, request.path, data], sort_keys=True, default=str)
    return salted_hmac("spotex.idempotency", text, algorithm="sha256").hexdigest()


def run_once(*, caller: str, key: str, digest: str, effect: Callable[[], Response]) -> Response:
    """Run the effect and store its answer, or repeat the stored one.

    Args:
        caller: whose key; keys of different callers never meet.
        key: chosen by the caller.
        digest: of the call; the same key with another call is refused.
        effect: what to do once; an exception undoes everything, the key included.

    Raises:
        KeyReused: the key belongs to a different call.
        Busy: the first call is still running after half a minute.
    """
    # The effect may end in another schema (a registration does); the row stays in this one.
    home = current_schema()
    with agency_scope(home), transaction.atomic():
        forget_old_keys(at=timezone.now())
        row = _claim(caller=caller, key=key, digest=digest)
        if row is None:
            return _replay(IdempotencyKey.objects.get(actor_key=caller, key=key), digest=digest)
        response = effect()
        enter_schema(home)
        given: Answer = response.data
        row.status = response.status_code
        row.body = {"data": given.data, "message": given.message}
        row.save(update_fields=["status", "body", "updated_at"])
    return response


def _claim(*, caller: str, key: str, digest: str) -> IdempotencyKey | None:
    set_lock_timeout(WAIT_SECONDS * 1_000)
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                actor_key=caller,
                key=key,
                request_digest=digest,
            )
    except IntegrityError:
        return None
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        raise Busy(_("The first call with this key is still running.")) from error


def _replay(row: IdempotencyKey, *, digest: str) -> Response:
    if row.request_digest != digest:
        raise KeyReused(_("This idempotency key was used for a different call. Use a new one."))
    body: dict[str, Any] = row.body or {}
    response = Response(Answer(body.get("data"), message=body.get("message", "")))
    response.status_code = row.status or 200
    response[REPLAYED] = "true"
    return response
