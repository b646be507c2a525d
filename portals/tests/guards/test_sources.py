"""House rules that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

from portals.tests.routes import list_routes
from tenants.permissions import Permission

ROOT = Path(settings.BASE_DIR)
CODE = [
    path
    for folder in ("spotex", "portals", "tenants", "hosting", "booking", "catalog", "support")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
PRODUCT = [path for path in CODE if "tests" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
FRONT_END = sorted(
    path for path in (ROOT / "static/src").rglob("*") if path.suffix in {".js", ".css", ".mjs"}
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_a_module_is_short_and_finished(path: Path) -> None:
    text = _text(path)

    assert len(text.splitlines()) <= 300 or path.name == "settings.py"
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)


FORBIDDEN_STEMS = {"utils", "helpers", "common", "misc", "manager"}


def test_nothing_is_called_utils() -> None:
    assert [_name(path) for path in PRODUCT if path.stem in FORBIDDEN_STEMS] == []


SCREENS = ("spotex/runtime/", "spotex/wsgi", "bench/")


def test_nobody_prints_but_the_supervisor() -> None:
    printing = [
        _name(path)
        for path in PRODUCT
        if not _name(path).startswith(SCREENS)
        and any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
            for node in ast.walk(ast.parse(_text(path)))
        )
    ]

    assert printing == []


DOORS_INTO_SCHEMAS = {"spotex/kernel/tenancy.py", "spotex/settings.py"}
BANNED = re.compile(
    r"\bschema_context\b|\btenant_context\b|with (tenant|agency)\s*:|\.set_schema\w*\("
    r"|\.set_tenant\(|\.activate\(\)",
)


def test_only_the_kernel_enters_schemas() -> None:
    code = {_name(path): re.sub(r'"""[\s\S]*?"""|#.*', "", _text(path)) for path in PRODUCT}
    entering = {name for name, text in code.items() if BANNED.search(text)}
    knowing = {name for name, text in code.items() if "spotex.postgresql" in text}

    assert entering == set()
    assert {name for name in knowing if "/postgresql/" not in name} == DOORS_INTO_SCHEMAS


def test_no_test_uses_mocks() -> None:
    tests = [path for path in CODE if "tests" in path.parts]
    mocking = re.compile(r"^(from|import) (unittest\.mock|mock)\b|\bmocker\b", re.MULTILINE)

    assert [_name(path) for path in tests if mocking.search(_text(path))] == []


def test_every_permission_is_used_outside_the_table() -> None:
    text = "".join(_text(path) for path in PRODUCT if path.name != "permissions.py")
    tables = "".join(_text(path) for path in PRODUCT if path.name == "permissions.py")
    used = set(re.findall(r"Permission\.([A-Z_]+)", text))

    assert {permission.name for permission in Permission} - used == set()
    assert "Permission" in tables


URLS = re.compile(r"\bhttps?://([a-z0-9.-]+)", re.IGNORECASE)
NAMES_OF_FORMATS = {"www.w3.org"}


@pytest.mark.parametrize("path", [*TEMPLATES, *FRONT_END], ids=_name)
def test_no_page_calls_a_third_party(path: Path) -> None:
    hosts = {host for host in URLS.findall(_text(path)) if not host.endswith(".example")}

    assert hosts - NAMES_OF_FORMATS == set()


SAFE = re.compile(r"\|\s*safe\b|{%\s*autoescape off")


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_escapes_everything(path: Path) -> None:
    text = _text(path)
    plain_text = path.suffix in {".txt", ".subject"}

    assert not SAFE.search(text) or plain_text
    assert len(text.splitlines()) <= 130


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_compiles(path: Path) -> None:
    name = str(path.relative_to(ROOT / "templates"))

    assert get_template(name) is not None
    assert engines["django"] is not None


NAMED_URLS = re.compile(r"{%\s*url\s+[\"']([^\"']+)[\"']")
DJANGO_ADMIN = re.compile(r"^admin:")


def _known_names() -> set[str]:
    names = {route.name for route in list_routes()}
    return names | {
        f"{space}:{name}" for space in ("agency", "customer", "api", "admin") for name in names
    }


def test_every_address_in_a_template_exists() -> None:
    known = _known_names()
    used = {(_name(path), name) for path in TEMPLATES for name in NAMED_URLS.findall(_text(path))}

    assert {one for one in used if one[1] not in known} == set()
    assert len(used) > 20


CUSTOMER_FACING = ("portals/customer", "account", "emails", "errors", "cotton", "base.html")


def test_customers_never_read_the_platforms_name() -> None:
    naming = {
        _name(path)
        for path in TEMPLATES
        if str(path.relative_to(ROOT / "templates")).startswith(CUSTOMER_FACING)
        and "spotex" in _text(path).lower()
    }

    assert naming == set()
