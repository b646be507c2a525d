"""What a copy of a real site holds, whose it is, and what it may do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hosting.drivers.base import CopyFailed, DiskFull, SiteSpec
from hosting.drivers.embedded.copies import find_copy
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.files import read_settings
from hosting.drivers.embedded.front_page import ask_site
from hosting.drivers.embedded.users import claim_user
from hosting.tests.drivers.conftest import make_spec, say_nothing, set_up

pytestmark = pytest.mark.real_php


@pytest.fixture
def live(embedded, spec) -> SiteSpec:
    own = replace(spec, hosts=(spec.host, f"www.{spec.host.partition('--')[0]}.test"))
    set_up(embedded, own)
    return own


@pytest.fixture
def staging(embedded, live) -> Iterator[SiteSpec]:
    spec = replace(make_spec(), title=live.title, is_staging=True)
    for verb in ("place_files", "write_config"):
        getattr(embedded, verb)(spec, log=say_nothing)
    yield spec
    embedded.remove(spec, log=say_nothing)


def _ask(engine: EmbeddedEngine, spec: SiteSpec, *queries: tuple[str, tuple]) -> list[tuple]:
    """Run statements on a stopped or running site's database, as its owner would."""
    site = engine.layout.site(spec.site_id)
    prefix = read_settings(site)["prefix"]
    rows: list[tuple] = []
    with closing(sqlite3.connect(site.database)) as base, base:
        for query, values in queries:
            rows = base.execute(query.format(prefix), values).fetchall()
    for path in site.data.iterdir():
        claim_user(engine.config, spec.site_id).own(path)
    return rows


def _option(engine: EmbeddedEngine, spec: SiteSpec, name: str) -> str:
    query = "SELECT option_value FROM {}options WHERE option_name = ?"
    return _ask(engine, spec, (query, (name,)))[0][0]


def _bring(engine: EmbeddedEngine, source: SiteSpec, target: SiteSpec, copy: str) -> None:
    engine.prepare_copy(source, target, copy=copy, log=say_nothing)
    engine.stop(target, log=say_nothing)
    engine.place_copy(target, copy=copy, log=say_nothing)
    set_up(engine, target)


def test_content_goes_to_the_copy_and_comes_back(embedded, live, staging) -> None:
    own = f"http://{live.hosts[1]}:8000"
    insert = "INSERT INTO {}options (option_name, option_value, autoload) VALUES (?, ?, 'no')"
    packed = f's:{len(own) + 2}:"{own}/x";'
    _ask(embedded, live, (insert, ("plugin", f"a:1:{{i:0;{packed}}}")))
    uploads = embedded.layout.site(live.site_id).content / "uploads"
    with claim_user(embedded.config, live.site_id).acting():
        (uploads / "menu.txt").write_text("antipasti", encoding="utf-8")
        (uploads / "way-out").symlink_to("/etc/passwd")

    _bring(embedded, live, staging, "out")
    there = embedded.layout.site(staging.site_id)
    assert _option(embedded, staging, "plugin") == (
        f'a:1:{{i:0;s:{len(staging.url) + 2}:"{staging.url}/x";}}'
    )
    assert _option(embedded, staging, "siteurl") == staging.url
    assert (there.content / "uploads" / "menu.txt").read_text(encoding="utf-8") == "antipasti"
    assert (there.content / "uploads" / "way-out").is_symlink()
    owner = claim_user(embedded.config, staging.site_id).uid
    assert {path.lstat().st_uid for path in there.content.rglob("*")} == {owner}
    assert there.database.stat().st_uid == owner

    _bring(embedded, staging, live, "back")
    assert _option(embedded, live, "plugin") == f"a:1:{{i:0;{packed}}}"


def test_copy_knows_that_it_is_one(embedded, live, staging) -> None:
    _bring(embedded, live, staging, "out")
    site = embedded.layout.site(staging.site_id)

    page = ask_site(site, staging, path="/", script="index.php")

    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert "'staging' => 1" in site.wp_config.read_text(encoding="utf-8")
    live_site = embedded.layout.site(live.site_id)
    assert read_settings(site)["salts"] != read_settings(live_site)["salts"]
    assert "x-robots-tag" not in ask_site(live_site, live, path="/", script="index.php").headers


def test_changes_are_counted_by_kind(embedded, live) -> None:
    before = datetime.now(UTC) + timedelta(hours=1)
    after = (before + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
    post = (
        "INSERT INTO {}posts (post_author, post_title, post_type, post_status, post_modified_gmt,"
        " post_modified, post_date, post_date_gmt, post_content, post_excerpt, to_ping, pinged,"
        " post_content_filtered) VALUES (1, 'x', ?, 'publish', ?, ?, ?, ?, '', '', '', '', '')"
    )
    user = "UPDATE {}users SET user_registered = ?"
    _ask(
        embedded,
        live,
        (post, ("page", after, after, after, after)),
        (post, ("revision", after, after, after, after)),
        (post, ("shop_order", after, after, after, after)),
        (user, (after,)),
    )

    found = embedded.count_changes(live, since=before)

    assert (found.posts, found.users, found.orders, found.comments) == (1, 1, 1, 0)
    assert found.has_any


def test_worker_killed_between_two_renames_leaves_both_ways_open(embedded, live, staging) -> None:
    _bring(embedded, live, staging, "out")
    embedded.prepare_copy(staging, live, copy="back", log=say_nothing)
    embedded.stop(live, log=say_nothing)
    folder = find_copy(embedded.layout.site(live.site_id), "back")
    moves = list(folder.list_moves())
    fresh, present, former = moves[0]

    present.rename(former)  # as if it had died here
    embedded.step_back(live, copy="back", log=say_nothing)
    assert present.is_dir()
    assert fresh.is_dir()
    assert not former.exists()
    present.rename(former)
    embedded.place_files(live, log=say_nothing)  # somebody makes an empty one meanwhile
    embedded.place_copy(live, copy="back", log=say_nothing)

    assert [fresh.exists() for fresh, _, _ in moves] == [False, False]
    assert [former.exists() for _, _, former in moves] == [True, True]
    set_up(embedded, live)


def test_full_disk_and_foreign_tables_stop_a_copy(embedded, live, staging, monkeypatch) -> None:
    greedy = replace(embedded.config, minimum_free_bytes=1 << 60)
    with monkeypatch.context() as patch:
        patch.setattr(embedded, "config", greedy)
        with pytest.raises(DiskFull):
            embedded.prepare_copy(live, staging, copy="out", log=say_nothing)
    embedded.install(staging, log=say_nothing)

    with pytest.raises(CopyFailed, match="names"):
        embedded.prepare_copy(live, staging, copy="out", log=say_nothing)
    with pytest.raises(ValueError, match="not the name"):
        embedded.prepare_copy(live, staging, copy="../x", log=say_nothing)
    assert not list(Path(embedded.layout.site(live.site_id).tmp).glob("snapshot-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="sites have users of their own only under root")
def test_spare_gets_new_salts_and_an_owner(embedded, spec) -> None:
    ahead = replace(spec, hosts=(f"ahead-{spec.host}",), title="spare", admin_email="x@spare.test")
    set_up(embedded, ahead)
    embedded.withdraw_route(ahead, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    embedded.lay_up(ahead, log=say_nothing)
    before = read_settings(site)["salts"]

    set_up(embedded, spec)

    assert read_settings(site)["salts"] != before
    assert not site.spare.exists()
    assert _option(embedded, spec, "admin_email") == spec.admin_email
    assert _option(embedded, spec, "home") == spec.url
    assert _option(embedded, spec, "blogname") == "Trattoria “Da Gino” &amp; figli"
    [(email, password)] = _ask(embedded, spec, ("SELECT user_email, user_pass FROM {}users", ()))
    assert email == spec.admin_email
    assert password.startswith("$2y$")
    pages = _ask(
        embedded,
        spec,
        ("SELECT count(*) FROM {}posts WHERE post_content LIKE ?", (f"%{ahead.host}%",)),
    )
    assert pages == [(0,)]
