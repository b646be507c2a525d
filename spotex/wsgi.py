"""Entry point of pages and API."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.wsgi import get_wsgi_application

_IN_MEMORY_BYTES: Final = 1024 * 1024

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class MeasuredBodies:
    """Gives bodies that come in chunks their length: Django reads no more than is announced.

    How large a body may be is the proxy's rule, and the server says where it ends.
    """

    def __init__(self, inner: WsgiApplication) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        if not _is_chunked(environ):
            return self.inner(environ, start)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as body:
            shutil.copyfileobj(environ["wsgi.input"], body)
            length = body.tell()
            body.seek(0)
            del environ["HTTP_TRANSFER_ENCODING"]
            return self.inner(
                {**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)},
                start,
            )


def _is_chunked(environ: dict[str, Any]) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and bool(
        environ.get("wsgi.input_terminated"),
    )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")
application = MeasuredBodies(get_wsgi_application())
