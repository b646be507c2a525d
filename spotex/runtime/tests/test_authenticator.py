from __future__ import annotations

import base64

import pytest

from spotex.runtime import __main__ as command
from spotex.runtime.authenticator import code_of
from spotex.runtime.errors import StartError

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert code_of(SECRET, at=at) == code  # RFC 6238, appendix B, the last six digits


@pytest.mark.parametrize(
    "secret", [SECRET.lower(), f" {SECRET[:16]} {SECRET[16:]}\n", SECRET.rstrip("=")]
)
def test_a_secret_may_be_typed_as_people_type(secret: str) -> None:
    assert code_of(secret, at=59) == "287082"


@pytest.mark.parametrize("secret", ["", "   ", "1890", "GEZDGNBVG", "città", "A"])
def test_what_is_no_secret_is_said(secret: str) -> None:
    with pytest.raises(StartError, match="no secret"):
        code_of(secret, at=59)


def test_the_command_prints_the_code(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["spotex.runtime", "code", SECRET])

    assert command.main() == 0

    assert len(capsys.readouterr().out.strip()) == 6
