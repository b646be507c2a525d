"""Bodies that come without their length, as the server hands them over."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections

from spotex.wsgi import application

LOGIN = json.dumps({"email": "nobody@nowhere.test", "password": "x"}).encode()


@pytest.fixture(autouse=True)
def _keep_the_connection() -> Iterator[None]:
    """Let the beginning of a request not close the connection that the test works on."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def _post(body: bytes, **more: Any) -> tuple[str, dict]:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/auth/login",
        "SERVER_NAME": "api.localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "api.localhost",
        "CONTENT_TYPE": "application/json",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **more,
    }
    seen: list[str] = []
    answer = application(environ, lambda status, _headers, _error=None: seen.append(status))
    return seen[0][:3], json.loads(b"".join(answer))


@pytest.mark.django_db
def test_a_chunked_body_arrives() -> None:
    status, answer = _post(LOGIN, **{"wsgi.input_terminated": True})

    assert (status, answer["code"]) == ("401", "wrong_credentials")


@pytest.mark.django_db
def test_a_chunked_body_that_is_too_large_is_refused() -> None:
    status, answer = _post(b" " * (1024 * 1024 + 1), **{"wsgi.input_terminated": True})

    assert (status, answer["code"]) == ("413", "too_large")


@pytest.mark.django_db
def test_a_body_whose_end_nobody_knows_is_refused_with_the_reason() -> None:
    status, answer = _post(LOGIN)

    assert status == "400"
    assert "Content-Length" in answer["message"]
