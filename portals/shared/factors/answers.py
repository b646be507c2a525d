"""What a browser says for a passkey, looked at before anything believes it.

The library takes the answer apart without asking what it is made of: a number where bytes are
expected makes as many bytes, and most errors of wrong shapes are not its own. A form that anybody
may send needs no account to try.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from django import forms
from fido2.utils import websafe_decode

_OUTER: Final = ("id", "rawId", "type")
_INNER: Final = (
    *("clientDataJSON", "authenticatorData", "attestationObject", "signature"),
    "userHandle",
)
_CLIENT: Final = ("type", "challenge", "origin")
_MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class CredentialField(forms.JSONField):
    """A passkey's answer as JSON that can be read and kept."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Read it.

        Raises:
            ValidationError: it is no JSON, is too deep, or holds what JSON cannot say.
        """
        with refused_when_malformed():
            found = super().to_python(value)
            written = json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
            if b"\\u0000" in written:
                raise ValueError("A zero character cannot be kept.")
            return found

    def bound_data(self, data: Any, initial: Any) -> Any:  # noqa: ARG002  Django's signature
        """Show no answer a second time: each is good once."""
        return initial


@contextmanager
def refused_when_malformed() -> Iterator[None]:
    """Refuse what cannot be taken apart, like a wrong code.

    Raises:
        ValidationError: the answer has another shape than a passkey's.
    """
    try:
        yield
    except (*_MALFORMED, RecursionError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


def require_own_origin(credential: Any) -> None:
    """Take a passkey's answer only from a page of the host that asked.

    All hosts of the platform share one passkey domain, and hosted sites, whose scripts are foreign,
    lie below it too: without this a site could pass a visitor's answer on.

    Raises:
        ValidationError: the answer was made on another host's page, or does not say where.
    """
    with refused_when_malformed():
        _require_texts(credential, _OUTER)
        answer = credential["response"]
        _require_texts(answer, _INNER)
        client = json.loads(websafe_decode(answer["clientDataJSON"]))
        _require_texts(client, _CLIENT)
        host = urlsplit(client["origin"]).netloc
    if host.lower() != context.request.get_host().lower():
        raise get_adapter().validation_error("incorrect_code")


def _require_texts(found: Any, names: tuple[str, ...]) -> None:
    if not isinstance(found, Mapping):
        raise TypeError("This is no object.")
    for name in names:
        if not isinstance(found.get(name, ""), str | None):
            raise TypeError(f"{name} is no text.")
