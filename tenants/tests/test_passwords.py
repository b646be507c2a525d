"""The rules of passwords speak the person's language."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This password is too short. It needs at least 10 characters."),
        ("it", "Questa password è troppo corta: servono almeno 10 caratteri."),
    ],
)
def test_a_short_password_is_refused_in_the_persons_language(language: str, sentence: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("Xk7qz")

    assert refused.value.messages == [sentence]
