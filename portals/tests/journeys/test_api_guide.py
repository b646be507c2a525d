"""The API guide, run as it is printed: by a shell and by Python, with a key of its scopes."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import urllib.request
from typing import Any

import pytest

from portals.shared.api_guide import CHAPTERS, NEEDED_SCOPES, write_script
from portals.tests.journeys.product import DEMO_PASSWORD, Product

PATIENCE_SECONDS = 300
HOST = "lumen.agency"


def _post(product: Product, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{product.port}/api/v1/{path}",
        data=json.dumps(body).encode(),
        headers={
            "Host": f"{HOST}.localhost:{product.port}",
            "Content-Type": "application/json",
            **headers,
        },
    )
    with urllib.request.urlopen(request) as answer:
        data: dict[str, Any] = json.loads(answer.read())["data"]
    return data


@pytest.fixture(scope="module")
def key(product: Product) -> str:
    """A key that may do what the guide says is needed, and nothing else."""
    person = {"email": "giulia@lumen.example", "password": DEMO_PASSWORD}
    access = _post(product, "auth/login", person)["access"]
    wanted = {"name": f"Guide {secrets.token_hex(3)}", "scopes": list(NEEDED_SCOPES)}
    made = _post(product, "auth/api-keys", wanted, Authorization=f"Bearer {access}")
    return str(made["key"])


def _pattern() -> str:
    """Return what both scripts print; an ellipsis stands for anything within a line."""
    lines = "\n".join(chapter.prints for chapter in CHAPTERS)
    return re.escape(lines).replace("…", "[^\n]+")


@pytest.mark.parametrize("language", ["curl", "python"])
def test_the_guide_does_what_it_says(product: Product, key: str, language: str) -> None:
    script = write_script(language, api=product.url(HOST, "/api/v1"), key=key)
    run = secrets.token_hex(3)  # the product may have seen the guide before
    script = script.replace("guide-curl", run).replace("guide-python", f"{run}-py")
    # Only the name server of a browser knows *.localhost.
    script = script.replace(
        'headers={"X-API-Key"',
        f'headers={{"Host": "{HOST}.localhost:{product.port}", "X-API-Key"',
    )
    if language == "python":
        script = script.replace(
            f'base_url="http://{HOST}.localhost:{product.port}',
            f'base_url="http://127.0.0.1:{product.port}',
        )
    command = {"curl": ["bash", "-u", "-c", script], "python": [sys.executable, "-c", script]}

    done = subprocess.run(
        command[language],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(_pattern() + "\n", done.stdout), done.stdout + done.stderr


def test_the_pages_show_the_guide_with_their_own_address(product: Product, visit: Any) -> None:
    with visit() as visitor:
        visitor.page.goto(product.url("www", "/api/"))
        public = visitor.page.inner_text("main")

    for chapter in CHAPTERS:
        assert chapter.curl.splitlines()[0] in public
        assert chapter.python.splitlines()[0] in public
    assert f"API=http://api.localhost:{product.port}/api/v1" in public
