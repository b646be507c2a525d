from __future__ import annotations

import re

import pytest
from django.utils import translation

from hosting.drivers.base import ENGINE_FAILURES, DiskFull, EngineFailure
from hosting.failures import FAILURES, FailureCode, Who, explain_failure


@pytest.mark.parametrize("code", FailureCode)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_code_has_sentences(code: FailureCode, language: str) -> None:
    with translation.override(language):
        explained = explain_failure({"code": code.value, "step": "start", "figures": {}})

    assert explained is not None
    assert explained["cause"].endswith(".")
    assert explained["remedy"].endswith(".")
    assert not re.search(r"%\(", explained["cause"])
    assert explained["who"] in set(Who)


def test_figures_are_filled_in() -> None:
    with translation.override("en"):
        explained = explain_failure(DiskFull(free_mb=3, needed_mb=200).as_failure("x").as_json())

    assert explained == {
        "code": "disk_full",
        "step": "x",
        "cause": "The server's disk is full: 3 MB free, 200 MB needed.",
        "remedy": "The platform's operator frees or adds space; then try again. Nothing is lost.",
        "who": "platform",
        "retry_safe": True,
    }


def test_unknown_code_is_explained_as_internal() -> None:
    explained = explain_failure({"code": "from_the_future"})

    assert explained is not None
    assert explained["code"] == "from_the_future"
    assert explained["cause"] == str(FAILURES[FailureCode.INTERNAL].cause)


def test_no_failure_is_no_failure() -> None:
    assert explain_failure(None) is None
    assert explain_failure({}) is None


def test_every_engine_failure_has_a_code_of_its_own() -> None:
    assert set(ENGINE_FAILURES) <= set(FAILURES)
    assert len(ENGINE_FAILURES) == len(EngineFailure.__subclasses__())
