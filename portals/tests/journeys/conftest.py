"""A running product and a real browser, shared by all journeys of a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from portals.tests.journeys.product import Product, running_product
from portals.tests.journeys.visitor import PATIENCE_MILLISECONDS, Visitor, visiting

CHROMIUM = Path(os.environ.get("SPOTEX_CHROMIUM", "/usr/bin/chromium"))


class Visit(Protocol):
    """``with visit(**options) as visitor``: one person at a fresh browser window."""

    def __call__(self, **options: Any) -> AbstractContextManager[Visitor]: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what the journeys need."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.services)


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with its demo world."""
    with running_product(tmp_path_factory.mktemp("product")) as running:
        yield running


def require_chromium() -> None:
    """Skip a developer's browser tests where there is no Chromium; on the build machine they fail."""
    if not CHROMIUM.exists() and "SPOTEX_CI" not in os.environ:
        pytest.skip("Chromium is not installed")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    require_chromium()
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, product: Product) -> Visit:
    """Opens browser windows."""
    return partial(visiting, browser, product)
