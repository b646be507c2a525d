from __future__ import annotations

import re

from tenants.branding_tokens import brand_digest
from tenants.tokens import digest_of, new_token


def test_a_token_fits_into_an_address_and_is_never_the_same() -> None:
    tokens = {new_token() for _ in range(200)}

    assert len(tokens) == 200
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in tokens)


def test_the_digest_does_not_contain_the_token() -> None:
    token = new_token()

    assert digest_of(token) == digest_of(token)
    assert re.fullmatch(r"[0-9a-f]{64}", digest_of(token))
    assert digest_of(token) != digest_of(new_token())


def test_the_stylesheets_name_changes_with_the_colour() -> None:
    assert brand_digest(color="#000000") != brand_digest(color="#000001")
    assert len(brand_digest(color="#000000")) == 12
