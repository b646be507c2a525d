"""The commands of the README, pasted into a shell one after the other."""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from portals.tests.journeys.product import Product

PATIENCE_SECONDS = 300


def _read_commands(product: Product) -> str:
    """Return the README's curl commands for this product's port."""
    text = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    (commands,) = [block for block in blocks if "auth/register" in block]
    run = secrets.token_hex(3)  # the product may have seen the commands before
    for word in ("rossi-web", "rita@", "gino@"):
        commands = commands.replace(word, f"{word[:-1]}{run}{word[-1]}")
    commands = commands.replace("sign-up-1", run)
    return commands.replace(":8000", f":{product.port}")


@pytest.fixture(scope="module")
def said(product: Product) -> str:
    """What the commands wrote."""
    missing = [tool for tool in ("bash", "curl", "jq") if shutil.which(tool) is None]
    assert missing == []
    result = subprocess.run(
        ["bash", "-u", "-c", _read_commands(product)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def test_an_unverified_owner_waits(said: str) -> None:
    assert said.startswith("email_not_verified\n")


def test_the_site_answers_with_its_title(said: str) -> None:
    assert "<title>Trattoria da Gino</title>" in said


def test_the_deployment_shows_its_steps(said: str) -> None:
    steps = re.findall(r'^\["[^"]+","DONE",[\d.]+\]$', said, re.MULTILINE)

    assert len(steps) >= 4


def test_the_stream_says_that_something_changed(said: str) -> None:
    assert "event: changed" in said


def test_the_login_link_leads_to_the_site(said: str) -> None:
    assert re.search(r'"url":"http://[a-z0-9-]+\.sites\.localhost', said)


def test_the_invited_person_sees_that_site_and_nothing_else(said: str) -> None:
    seen = re.findall(r'^\["Vetrina","ACTIVE","[^"]+"\]$', said, re.MULTILINE)

    assert len(seen) == 1
    assert "\nnot_allowed\n" in said


def test_a_room_is_held_paid_and_given_back(said: str) -> None:
    booking = said.partition("\nnot_allowed\n")[2]

    assert '"amount_minor":2000' in booking
    assert "\nslot_taken\n" in booking
    assert '["CAPTURED",2000]\nCONFIRMED\n{"amount_minor":2000,"currency":"EUR"}\n' in booking
