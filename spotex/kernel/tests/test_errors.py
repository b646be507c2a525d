from __future__ import annotations

import pytest

from spotex.kernel.errors import (
    Conflict,
    DomainError,
    Missing,
    NotAllowed,
    RuleViolation,
    UpstreamFailure,
)

KINDS = [RuleViolation, Conflict, NotAllowed, Missing, UpstreamFailure]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_carries_sentence_and_field(kind: type[DomainError]) -> None:
    error = kind("Give a name.", field="name")

    assert (str(error), error.message, error.field) == ("Give a name.", "Give a name.", "name")
    assert kind("Give a name.").field is None


def test_every_kind_has_its_own_code() -> None:
    assert len({kind.code for kind in [DomainError, *KINDS]}) == len(KINDS) + 1
