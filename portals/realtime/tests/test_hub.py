"""Streams of the live process, called as the server calls it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from portals.realtime import hub as live
from portals.realtime.topics import issue_ticket, read_ticket

TOPIC = "site:site_1"


class Visit:
    """One request for a stream; ``leave`` closes the browser."""

    def __init__(self, ticket: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self._gone = asyncio.Event()
        scope = {"type": "http", "headers": [(b"x-live-ticket", ticket.encode())]}
        self.task = asyncio.create_task(live.application(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def text(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.fixture
def run(monkeypatch):
    """Run a scenario with a hub of its own."""

    def start(scenario: Coroutine[Any, Any, None]) -> None:
        monkeypatch.setattr(live, "hub", live.Hub())
        monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.02)
        asyncio.run(scenario)

    return start


async def _open(count: int, *, follower: str) -> list[Visit]:
    visits = [Visit(issue_ticket([TOPIC], follower=follower)) for _ in range(count)]
    await asyncio.sleep(0.05)
    return visits


def test_a_ticket_says_who_listens_to_what() -> None:
    ticket = read_ticket(issue_ticket([TOPIC], follower="user_1"))

    assert ticket is not None
    assert (ticket.topics, ticket.follower) == ([TOPIC], "user_1")
    assert read_ticket("forged") is None


def test_a_stream_tells_what_changed(run) -> None:
    async def scenario() -> None:
        (visit,) = await _open(1, follower="user_1")
        live.hub.tell(TOPIC)
        await asyncio.sleep(0.05)
        assert visit.status == 200
        assert b"data: site:site_1" in visit.text
        visit.task.cancel()

    run(scenario())


def test_without_a_ticket_there_is_no_stream(run) -> None:
    async def scenario() -> None:
        visit = Visit("")
        await visit.task
        assert visit.status == 403

    run(scenario())


def test_nobody_takes_the_streams_of_others(run) -> None:
    async def scenario() -> None:
        greedy = await _open(live.STREAMS_EACH + 1, follower="user_1")
        (other,) = await _open(1, follower="user_2")
        assert [visit.status for visit in greedy] == [200] * live.STREAMS_EACH + [429]
        assert other.status == 200
        for visit in [*greedy, other]:
            visit.task.cancel()

    run(scenario())


def test_a_page_that_was_closed_makes_room(run) -> None:
    async def scenario() -> None:
        visits = await _open(live.STREAMS_EACH, follower="user_1")
        visits[0]._gone.set()
        await visits[0].task
        (again,) = await _open(1, follower="user_1")
        assert again.status == 200
        for visit in [*visits, again]:
            visit.task.cancel()

    run(scenario())


def test_an_old_stream_ends_and_the_browser_asks_again(run, monkeypatch) -> None:
    monkeypatch.setattr(live, "MAX_AGE_SECONDS", 0.05)
    monkeypatch.setattr(live, "_SPREAD_SECONDS", 1)

    async def scenario() -> None:
        (visit,) = await _open(1, follower="user_1")
        await asyncio.wait_for(visit.task, 5)
        assert visit.sent[-1]["more_body"] is False
        assert not live.hub._open

    run(scenario())


def test_a_quiet_stream_gives_signs_of_life(run) -> None:
    async def scenario() -> None:
        (visit,) = await _open(1, follower="user_1")
        await asyncio.sleep(0.3)
        assert visit.text.count(b": still here") >= 2
        assert visit.task.done() is False
        visit.task.cancel()

    run(scenario())


def test_who_reads_too_slowly_is_cut_off(run) -> None:
    async def scenario() -> None:
        stream = live.hub.open(read_ticket(issue_ticket([TOPIC], follower="user_1")))
        for _ in range(live.BACKLOG + 1):
            live.hub.tell(TOPIC)
        waiting = [stream.frames.get_nowait() for _ in range(stream.frames.qsize())]
        assert len(waiting) == live.BACKLOG
        assert waiting[-1] is None
        assert None not in waiting[:-1]

    run(scenario())


def test_a_task_that_broke_is_begun_again(run) -> None:
    async def scenario() -> None:
        visits = await _open(1, follower="user_1")
        broken = live.hub._tasks["_beat"]
        broken.cancel()
        visits += await _open(1, follower="user_1")
        assert live.hub._tasks["_beat"] is not broken
        for visit in visits:
            visit.task.cancel()

    run(scenario())
