"""``run``: the story of a start, from an empty directory to an address that answers."""

import asyncio
import http.client
import signal
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from spotex.runtime.config import RuntimeConfig, read_config
from spotex.runtime.console import Console
from spotex.runtime.counts import forget_counts
from spotex.runtime.databases import lay_foundation
from spotex.runtime.errors import StartError
from spotex.runtime.files import lock_directory
from spotex.runtime.frontend import build_front_end
from spotex.runtime.guard import become_subreaper, end_descendants
from spotex.runtime.parts import make_parts_available
from spotex.runtime.ports import require_free_port
from spotex.runtime.prepare import Preparation
from spotex.runtime.process import Service
from spotex.runtime.services import describe_background, describe_front
from spotex.runtime.supervisor import Supervisor
from spotex.runtime.translations import compile_translations

EMBEDDED = "embedded"
_ANSWER_SECONDS = 90.0


def run(environ: Mapping[str, str]) -> int:
    """Start everything, keep it running until it is told to stop, return the exit code.

    Raises:
        StartError: something prevents the start.
    """
    config = read_config(environ)
    require_separate_sites(config, environ)
    with lock_directory(config.data_dir):
        require_free_port(config.bind, config.port)
        if config.tls.is_on:
            require_free_port(config.bind, config.tls.port)
        return asyncio.run(_Run(config, environ).until_stopped())


def require_separate_sites(config: RuntimeConfig, environ: Mapping[str, str]) -> None:
    """Pass if the sites of different customers cannot reach each other, or nobody relies on it.

    Raises:
        StartError: in production the sites would share the platform's account.
    """
    engine = environ.get("SPOTEX_SITE_ENGINE") or EMBEDDED
    if config.mode == "production" and engine == EMBEDDED and not config.separates_sites:
        raise StartError(
            "SPOTEX_MODE is production, and without root all sites would share this account: one "
            "site could read every other one and the platform's secrets. Start Spotex as root; it "
            "gives each site a user of its own."
        )


def describe_addresses(config: RuntimeConfig, environ: Mapping[str, str]) -> list[str]:
    """Say where everything answers; the mailbox only where it is certain to be there."""
    base = config.base_domain
    lines = [
        f"Public site   {config.url_of('www.' + base)}",
        f"Agencies      {config.url_of('agency.' + base)}",
        f"Customers     {config.url_of('customers.' + base)}",
        f"Staff         {config.url_of('admin.' + base)}",
        f"API           {config.url_of('api.' + base)}api/v1/docs",
    ]
    if config.mode == "development" and not environ.get("SPOTEX_MAILBOX"):
        lines.append(f"Mails         {config.url_of('www.' + base)}_mail/")
    return lines


def describe_sites(config: RuntimeConfig) -> list[str]:
    """Say where the sites are, and what keeps them apart, where that is not what one expects."""
    lines = []
    if not config.sites_dir.is_relative_to(config.data_dir):
        lines.append(f"Sites in {config.sites_dir}")
    if not config.separates_sites:
        lines.append("Sites share this account and can read each other: for development only")
    return lines


class _Run:
    """One run of the platform."""

    def __init__(self, config: RuntimeConfig, environ: Mapping[str, str]) -> None:
        self._config = config
        self._environ = environ
        self._console = Console()
        self._supervisor = Supervisor(console=self._console, log_dir=config.data_dir / "logs")
        self._stop = asyncio.Event()
        self._parts: asyncio.Task[None] | None = None

    async def until_stopped(self) -> int:
        """Start, wait for Ctrl-C or SIGTERM, stop everything in order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                await starting
                await stopping
        finally:
            starting.cancel()
            self._console.line()
            self._console.step("Stopping")
            if self._parts:
                await asyncio.wait({self._parts})  # a package manager is never interrupted
            become_subreaper()  # our guard may be what died
            await self._supervisor.stop()
            await asyncio.to_thread(end_descendants, gentle_seconds=0.0)
            self._console.step("Stopped; nothing is left running")
        return 0

    async def _start(self) -> None:
        began = time.monotonic()
        foundation = await asyncio.to_thread(lay_foundation, self._config, self._environ)
        forget_counts(self._config.metrics_dir)
        preparation = Preparation(self._config, foundation.environ, console=self._console)
        compile_translations()
        self._parts = asyncio.create_task(self._make_parts())
        await asyncio.gather(
            self._make_files(preparation),
            self._make_database(foundation.services, preparation),
            self._parts,
        )
        await asyncio.to_thread(preparation.seed)
        people = await asyncio.to_thread(preparation.read_logins)
        await self._supervisor.start(*describe_front(self._config, foundation.environ))
        await self._wait_for_answer()  # before the rest takes its share of the machine
        await self._supervisor.start(*describe_background(self._config, foundation.environ))
        self._greet(people, seconds=time.monotonic() - began)

    async def _make_files(self, preparation: Preparation) -> None:
        await asyncio.to_thread(build_front_end, self._environ, tell=self._console.step)
        await asyncio.to_thread(preparation.collect_static)

    async def _make_database(self, services: tuple[Service, ...], preparation: Preparation) -> None:
        await self._supervisor.start(*services)
        await asyncio.to_thread(preparation.migrate)

    async def _make_parts(self) -> None:
        await asyncio.to_thread(make_parts_available, self._config, console=self._console)

    async def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + _ANSWER_SECONDS
        while (status := await asyncio.to_thread(_ask, self._config)) != http.client.OK:
            if time.monotonic() > deadline:
                raise StartError(f"/health/ready answers {status}; see the lines above.")
            await asyncio.sleep(0.1)

    def _greet(self, people: list[dict[str, str]], *, seconds: float) -> None:
        lines = [
            *describe_addresses(self._config, self._environ),
            *_describe_logins(people),
            "",
            *describe_sites(self._config),
            f"Data and logs in {self._config.data_dir} · Ctrl-C stops everything",
        ]
        self._console.line()
        self._console.box(f"Spotex is ready ({seconds:.0f} s)", lines)


def _describe_logins(people: list[dict[str, str]]) -> list[str]:
    """Return one line for each person of the demo world, and the password they share."""
    if not people:
        return []
    widths = {key: max(len(person[key]) for person in people) for key in ("who", "url", "email")}
    rows = [
        "   ".join(person[key].ljust(width) for key, width in widths.items()) for person in people
    ]
    passwords = " ".join(sorted({person["password"] for person in people}))
    return ["", *(row.rstrip() for row in rows), f"Password: {passwords}"]


def _ask(config: RuntimeConfig) -> int:
    """Return the status of the readiness check as the world sees it; 0 for no answer."""
    address = urlsplit(config.ready_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    try:
        connection.request("GET", address.path, headers={"Host": config.base_domain})
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return response.status
    finally:
        connection.close()
