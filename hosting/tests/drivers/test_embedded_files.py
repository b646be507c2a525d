"""What lies in a site's folder and in its database."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
from dataclasses import replace

import pytest

from hosting.drivers.base import InstallFailed
from hosting.drivers.embedded import files
from hosting.drivers.embedded.front_page import ask_site, has_title
from hosting.tests.drivers.conftest import say_nothing, set_up

pytestmark = pytest.mark.real_php


def test_secrets_are_the_sites_own_and_stay(embedded, spec) -> None:
    site = embedded.layout.site(spec.site_id)
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    before = json.loads(site.settings.read_text())

    embedded.write_config(replace(spec, hosts=(*spec.hosts, "www.gino.it")), log=say_nothing)

    after = json.loads(site.settings.read_text())
    assert (after["salts"], after["prefix"]) == (before["salts"], before["prefix"])
    assert len(set(before["salts"].values())) == 8
    assert after["hosts"] == [spec.host, "www.gino.it"]
    assert re.fullmatch(r"[a-h][0-9a-f]{6}_", before["prefix"])
    for path in (site.wp_config, site.settings, site.data, site.login):
        assert not path.stat().st_mode & stat.S_IRWXO
    assert not site.wp_config.is_relative_to(site.public)
    assert not site.database.is_relative_to(site.public)


def test_quoting_for_php() -> None:
    given = {"it's": ["a\\", 7, "$x{$y}"]}

    assert files.quote_php(given) == "array( 'it\\'s' => array( 'a\\\\', 7, '$x{$y}' ) )"


def test_failed_installation_leaves_no_database(embedded, spec, monkeypatch) -> None:
    site = embedded.layout.site(spec.site_id)
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    good = site.wp_config.read_text()
    site.wp_config.write_text("<?php throw new Exception('no such luck');")

    with pytest.raises(InstallFailed, match="no such luck"):
        embedded.install(spec, log=say_nothing)

    assert not site.database.exists()
    site.wp_config.write_text(good)
    embedded.install(spec, log=say_nothing)
    assert site.database.exists()
    assert not list(site.data.glob("installing*"))


def test_installation_is_italian_and_keeps_its_content(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    prefix = json.loads(site.settings.read_text())["prefix"]
    with sqlite3.connect(site.database) as database:
        database.execute(f"UPDATE {prefix}posts SET post_title = 'Nostro' WHERE ID = 1")
        options = dict(database.execute(f"SELECT option_name, option_value FROM {prefix}options"))

    set_up(embedded, spec)

    with sqlite3.connect(site.database) as database:
        titles = [row[0] for row in database.execute(f"SELECT post_title FROM {prefix}posts")]
        users = list(database.execute(f"SELECT user_login, user_email FROM {prefix}users"))
    assert "Nostro" in titles
    assert users == [("gestore", spec.admin_email)]
    assert (options["WPLANG"], options["permalink_structure"]) == ("it_IT", "/%postname%/")
    assert options["timezone_string"] == "Europe/Rome"


def test_compiled_files_hold_no_secrets(embedded, living) -> None:
    compiled = [str(path) for path in embedded.layout.compiled.rglob("*.bin")]

    assert any("wp-includes" in path for path in compiled)
    if embedded.config.separates_users:
        assert not [path for path in compiled if living.site_id in path]


def test_site_is_known_by_any_title(embedded, spec) -> None:
    odd = """<b>Wordpress</b> & "L'angolo" -- 3x2 ... (tm) 日本語 “x”"""
    set_up(embedded, replace(spec, title=odd))


def test_title_of_a_page() -> None:
    assert has_title(b"<title>Da Gino &#8211; Bar</title>", "Da Gino - Bar")
    assert not has_title(b"<title>Error</title>", "Da Gino")
    assert not has_title(b"no title", "Da Gino")


def test_preview_is_hidden_from_search_engines_own_domain_is_not(embedded, spec) -> None:
    both = replace(spec, hosts=(spec.host, "www.gino.it"))
    set_up(embedded, both)
    site = embedded.layout.site(spec.site_id)

    preview = ask_site(site, both, path="/", script="index.php")
    own = ask_site(site, replace(both, hosts=both.hosts[::-1]), path="/", script="index.php")

    assert b"noindex" in preview.body
    assert b"noindex" not in own.body
    assert b"http://www.gino.it:8000/" in own.body


def test_second_installation_in_the_same_folder_starts_clean(embedded, spec) -> None:
    """A worker was killed in the middle of the installer."""
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    (site.data / "installing-1.sqlite").write_bytes(b"half a database")
    (site.data / "installing-1.sqlite-journal").write_bytes(b"x")

    set_up(embedded, spec)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_restart_gives_the_files_to_the_present_user(embedded, living) -> None:
    """The platform's folders were opened to other users, or closed, since the deployment."""
    site = embedded.layout.site(living.site_id)
    expected = site.data.stat().st_uid
    for path in (site.data, site.database, site.content, site.content / "uploads"):
        os.chown(path, 12_345, 12_345)

    embedded.restart(living, log=say_nothing)

    embedded.probe(living, log=say_nothing)
    assert {path.stat().st_uid for path in (site.data, site.database, site.content)} == {expected}
