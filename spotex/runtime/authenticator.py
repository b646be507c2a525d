"""The code of an authenticator app, for a developer who has none at hand.

The page that sets an app up shows its secret; whoever has the secret is the app.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable
from typing import Final

from spotex.runtime.errors import StartError

PERIOD_SECONDS: Final = 30
DIGITS: Final = 6


def code_of(secret: str, *, at: float) -> str:
    """Return the code that an app with this secret shows at a moment.

    Source: RFC 6238, section 4.2, and RFC 4226, section 5.3.

    Raises:
        StartError: the secret is not one.
    """
    letters = "".join(secret.split()).upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        key = b""
    if not key:
        raise StartError(
            "This is no secret of an authenticator app: letters A to Z, digits 2 to 7."
        )
    period = struct.pack(">Q", int(at) // PERIOD_SECONDS)
    digest = hmac.new(key, period, hashlib.sha1).digest()
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return str((number & 0x7FFF_FFFF) % 10**DIGITS).zfill(DIGITS)


def print_code(secret: str, *, tell: Callable[[str], None]) -> int:
    """Say the code of this moment; return the exit code."""
    tell(code_of(secret, at=time.time()))
    return 0
