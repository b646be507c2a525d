"""What is done to the product, one fault after the other, and how it comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import httpx

from bench.faults.callers import Load
from bench.faults.product import Product

PATIENCE_SECONDS: Final = 60.0
ROUNDS_IN_A_ROW: Final = 3
CALM_SECONDS: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Which processes are hurt; silenced for some seconds, or killed."""

    services: tuple[str, ...]
    silent_seconds: float = 0.0

    @property
    def name(self) -> str:
        """What the report calls it."""
        names = " and ".join(self.services)
        if self.silent_seconds:
            return f"{names} silent for {self.silent_seconds:g} s"
        return f"{names} killed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """When it happened and how long it was felt."""

    fault: Fault
    began: float
    ended: float
    recovery_seconds: float | None
    """From the fault (for silence: from its end) until everything answered; None: never."""
    restarted: tuple[str, ...]
    """Processes that were not hurt and yet have another number now."""


SHORT: Final = (
    Fault(services=("postgres",)),
    Fault(services=("redis",)),
    Fault(services=("web",)),
    Fault(services=("site-ops", "worker")),
)
LONG: Final = (
    Fault(services=("postgres",)),
    Fault(services=("redis",)),
    Fault(services=("web",)),
    Fault(services=("live",)),
    Fault(services=("worker",)),
    Fault(services=("site-ops",)),
    Fault(services=("beat",)),
    Fault(services=("sites",)),
    Fault(services=("proxy",)),
    Fault(services=("postgres",), silent_seconds=8),
    Fault(services=("redis",), silent_seconds=6),
    Fault(services=("postgres", "redis")),
)
ABOVE: Final = ("web", "live", "proxy", "beat", "sites")
"""What must not need a restart because something else was away. A worker may end itself."""


def tell_story(
    product: Product,
    load: Load,
    faults: Iterable[Fault],
    *,
    client: httpx.Client,
    tell: Callable[[str], None],
) -> list[Outcome]:
    """Commit one fault after the other; each time wait until everything answers again."""
    outcomes = []
    for fault in faults:
        outcome = _commit(fault, product=product, load=load, client=client)
        seconds = outcome.recovery_seconds
        tell(f"{fault.name}: {'NOT BACK' if seconds is None else f'back after {seconds:.1f} s'}")
        outcomes.append(outcome)
        time.sleep(CALM_SECONDS)
    return outcomes


def _commit(fault: Fault, *, product: Product, load: Load, client: httpx.Client) -> Outcome:
    others = {name: product.find(name) for name in ABOVE if name not in fault.services}
    began = time.monotonic()
    if fault.silent_seconds:
        silenced = [pid for name in fault.services for pid in product.silence(name)]
        time.sleep(fault.silent_seconds)
        product.wake(silenced)
        over, killed = time.monotonic(), {}
    else:
        over, killed = began, {name: product.kill(name) for name in fault.services}
    back = _wait_until_normal(product, load, client=client, killed=killed)
    return Outcome(
        fault=fault,
        began=began,
        ended=time.monotonic(),
        recovery_seconds=None if back is None else back - over,
        restarted=tuple(name for name, pid in others.items() if product.find(name) != pid),
    )


def _wait_until_normal(
    product: Product, load: Load, *, client: httpx.Client, killed: dict[str, int]
) -> float | None:
    """Return the moment of the first of several rounds in a row in which all is as it was."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    first, good = 0.0, 0
    while time.monotonic() < deadline:
        began = time.monotonic()
        if all(
            product.find(name) not in {None, pid} for name, pid in killed.items()
        ) and _is_normal(load, client=client):
            good += 1
            first = first or began
            if good == ROUNDS_IN_A_ROW:
                return first
        else:
            first, good = 0.0, 0
        time.sleep(0.2)
    return None


def _is_normal(load: Load, *, client: httpx.Client) -> bool:
    for path in ("/health/ready", "/", "/api/v1/customers"):
        response = load.ask(client, "GET", path, headers=load.api_headers())
        if response is None or response.status_code != 200:
            return False
    return True
