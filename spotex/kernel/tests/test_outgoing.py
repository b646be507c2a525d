"""Fetching strangers' addresses: nothing internal, nothing endless."""

from __future__ import annotations

import ipaddress
import socket
import zlib
from threading import Event

import pytest

from booking.tests.outside_server import serve
from spotex.kernel.outgoing import (
    REDIRECTS_MAX,
    FetchFailed,
    FetchProblem,
    Wanted,
    fetch,
    is_public,
    require_address,
)

P = FetchProblem


@pytest.fixture
def server():
    with serve() as (url, script):
        yield url, script


@pytest.fixture
def trusted(settings):
    settings.SPOTEX_TRUSTED_NETWORKS = ["127.0.0.1/32"]


def problem_of(url: str, **wanted) -> FetchProblem:
    with pytest.raises(FetchFailed) as caught:
        fetch(Wanted(**{"url": url, "most_bytes": 10_000, **wanted}))
    return caught.value.problem


def test_what_is_there_comes_with_its_marks(server, trusted) -> None:
    url, script = server
    script.say(b"hello", ETag='"1"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")

    answer = fetch(Wanted(url=f"{url}?key=1", most_bytes=5))

    assert (answer.content, answer.etag) == (b"hello", '"1"')
    assert answer.last_modified == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert script.asked[0]["host"] == url.split("/")[2]


def test_what_is_known_is_not_sent_again(server, trusted) -> None:
    url, script = server
    script.say(b"", status=304)

    answer = fetch(Wanted(url=url, most_bytes=5, etag='"1"', last_modified="yesterday"))

    assert (answer.content, answer.etag) == (None, '"1"')
    assert script.asked[0]["if-none-match"] == '"1"'
    assert script.asked[0]["if-modified-since"] == "yesterday"


def test_an_answer_that_nobody_asked_for_is_bad(server, trusted) -> None:
    url, script = server
    script.say(b"", status=304)

    assert problem_of(url) == P.ANSWERED_BADLY


def test_this_machine_is_never_asked(server) -> None:
    url, script = server

    assert problem_of(url) == P.ADDRESS_INVALID
    assert problem_of("https://127.0.0.1/") == P.ADDRESS_INTERNAL
    assert problem_of("https://localhost/") == P.ADDRESS_INTERNAL
    assert script.asked == []


def test_trust_in_one_network_is_not_trust_in_another(server, settings) -> None:
    url, script = server
    settings.SPOTEX_TRUSTED_NETWORKS = ["10.0.0.0/8"]

    assert problem_of(url) == P.ADDRESS_INTERNAL
    assert script.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::a00:1"),
        *("64:ff9b:1::808:808", "::808:808", "::ffff:0:808:808", "fec0::1", "240.0.0.1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
    ],
)
def test_internal_addresses_are_known_in_every_wrapping(address) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("", "calendar", "ftp://host/a.ics", "file:///etc/passwd", "https://", "http://host/"),
        *("https://user:secret@host/", "https://host:22/", "https://host:99999/", "https://[x/"),
        "https://host/a\x01.ics",
    ],
)
def test_only_addresses_of_the_web_are_asked(url) -> None:
    with pytest.raises(FetchFailed) as caught:
        require_address(url)

    assert caught.value.problem == P.ADDRESS_INVALID


def test_a_name_that_does_not_exist_is_said_so() -> None:
    assert problem_of("https://nowhere.invalid/a.ics") == P.NAME_UNKNOWN


def test_a_redirect_is_followed_and_looked_at_again(server, trusted) -> None:
    url, script = server
    script.say(b"", status=302, Location="http://127.0.0.2:1/a.ics")

    assert problem_of(url) == P.ADDRESS_INTERNAL
    assert len(script.asked) == 1


def test_redirects_without_end_end(server, trusted) -> None:
    url, script = server
    script.say(b"", status=301, Location="/b.ics")

    assert problem_of(url) == P.TOO_MANY_REDIRECTS
    assert len(script.asked) == REDIRECTS_MAX + 1


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        *((401, P.REFUSED), (403, P.REFUSED), (404, P.NOT_FOUND), (410, P.NOT_FOUND)),
        *((500, P.ANSWERED_BADLY), (204, P.ANSWERED_BADLY), (302, P.ANSWERED_BADLY)),
    ],
)
def test_refusals_have_their_own_words(server, trusted, status, problem) -> None:
    url, script = server
    script.say(b"", status=status)

    assert problem_of(url) == problem


@pytest.mark.parametrize("mode", ["", "endless"])
def test_no_more_is_read_than_allowed(server, trusted, mode) -> None:
    url, script = server
    script.say(b"X" * 10_001, mode=mode)

    assert problem_of(url) == P.TOO_LARGE


def test_a_packed_answer_is_unpacked_and_not_beyond_the_limit(server, trusted) -> None:
    url, script = server
    script.say(zlib.compress(b"hello" * 100), Content_Encoding="deflate")

    assert fetch(Wanted(url=url, most_bytes=500)).content == b"hello" * 100
    script.bomb(megabytes=50)
    assert problem_of(url) == P.TOO_LARGE


@pytest.mark.parametrize("packing", ["gzip", "br"])
def test_what_is_not_packed_as_it_says_is_bad(server, trusted, packing) -> None:
    url, script = server
    script.say(b"no gzip", Content_Encoding=packing)

    assert problem_of(url) == P.ANSWERED_BADLY


@pytest.mark.parametrize("mode", ["dripping", "dripping headers"])
def test_an_answer_that_drips_ends_by_the_clock(server, trusted, mode) -> None:
    url, script = server
    script.say(b"", mode=mode)

    assert problem_of(url, most_seconds=0.5) == P.TOO_SLOW
    assert len(script.asked) == 1


def test_without_time_nobody_is_asked(server, trusted) -> None:
    url, script = server

    assert problem_of(url, most_seconds=0.0) == P.TOO_SLOW
    assert script.asked == []


def test_letters_of_all_languages_are_asked_for_as_machines_write_them(server, trusted) -> None:
    url, script = server
    script.say(b"hello")

    answer = fetch(Wanted(url=url.replace("a.ics", "größe %C3%A8.ics?l=più"), most_bytes=5))

    assert answer.content == b"hello"
    assert script.paths == ["/gr%C3%B6%C3%9Fe%20%C3%A8.ics?l=pi%C3%B9"]


def test_a_redirect_may_be_written_in_any_letters(server, trusted) -> None:
    url, script = server
    script.say(b"", status=302, Location="/caf\u00c3\u00a9")

    assert problem_of(url) == P.TOO_MANY_REDIRECTS
    assert script.paths[1:] == ["/caf%C3%A9"] * REDIRECTS_MAX


def test_a_redirect_to_nonsense_leads_nowhere(server, trusted) -> None:
    url, script = server
    script.say(b"", status=302, Location="https://[x")

    assert problem_of(url) == P.ADDRESS_INVALID


def test_a_mark_that_cannot_be_said_again_is_none(server, trusted) -> None:
    url, script = server
    script.say(b"hello", ETag='"\u00e9"', Last_Modified="\u00e9")

    answer = fetch(Wanted(url=url, most_bytes=5, etag='"\u00e9"', last_modified="\u00e9"))

    assert (answer.content, answer.etag, answer.last_modified) == (b"hello", "", "")
    assert {"if-none-match", "if-modified-since"}.isdisjoint(script.asked[0])


def test_names_of_hosts_are_asked_for_as_machines_write_them() -> None:
    assert problem_of("https://m\u00fcnchen.invalid/a.ics") == P.NAME_UNKNOWN
    assert problem_of("https://" + "\u00fc" * 70 + ".invalid/a.ics") == P.ADDRESS_INVALID


def test_nobody_at_the_other_end(trusted) -> None:
    with socket.socket() as taken:  # nobody else gets this port, and nobody listens
        taken.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}/a.ics"

        assert problem_of(gone) == P.NOT_REACHED


def test_a_resolver_that_hangs_is_left_behind(monkeypatch) -> None:
    answered = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [answered.wait(30)][:0])

    try:
        assert problem_of("https://slow.example/a.ics", most_seconds=0.05) == P.TOO_SLOW
    finally:
        answered.set()
