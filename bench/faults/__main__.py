"""``python -m bench.faults``: hurt a running product, print what it did, write ``FAULTS.md``."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bench.faults.callers import AGENCY, Load, sign_in
from bench.faults.checks import (
    Books,
    Check,
    check_agencies,
    check_answers,
    check_left,
    check_mails,
    check_operations,
    check_recovery,
    check_streams,
    check_writes,
    wait_for_quiet,
)
from bench.faults.product import Product
from bench.faults.sink import MailSink
from bench.faults.stays import Bookers, check_stays
from bench.faults.story import LONG, SHORT, Fault, Outcome, tell_story

REPORT = Path(__file__).parent.parent / "FAULTS.md"
WARM_SECONDS = 3.0


def main() -> int:
    """Run the story; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the four faults that CI commits")
    parser.add_argument("--log", type=Path, help="keep what the product said")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    outcomes, checks = run(SHORT if arguments.short else LONG, log=arguments.log)
    text = render(outcomes, checks, seconds=time.monotonic() - began)
    print(text)
    if not arguments.short:
        REPORT.write_text(text + "\n", encoding="utf-8")
    return 1 if any(check.wrong for check in checks) else 0


def run(faults: Iterable[Fault], *, log: Path | None = None) -> tuple[list[Outcome], list[Check]]:
    """Start the product and its load, commit the faults, and look at what became of everything."""
    sink = MailSink()
    product = Product(mail_port=sink.port)
    try:
        with product:
            _say(f"ready on port {product.port}")
            outcomes, checks = _hurt(product, sink, faults)
            product.stop()
            checks.append(check_left(product.list_left()))
    finally:
        sink.shutdown()
        sink.server_close()
        if log:
            log.write_text(product.last_words)
    return outcomes, checks


def _hurt(
    product: Product, sink: MailSink, faults: Iterable[Fault]
) -> tuple[list[Outcome], list[Check]]:
    load, books = Load(product, deploys=4), Books(product.database_url)
    with product.client(f"{AGENCY}.agency.localhost") as client:
        sign_in(client)
        load.start()
        bookers = Bookers(load)
        bookers.start()
        time.sleep(WARM_SECONDS)
        outcomes = tell_story(product, load, faults, client=client, tell=_say)
        streams = check_streams(load, change=lambda: load.create_site(client, deploy=False))
    bookers.stop()
    load.stop()
    wait_for_quiet(books)
    return outcomes, [
        check_answers(load.record, outcomes),
        check_recovery(outcomes),
        check_writes(load.record, books),
        check_agencies(load.record, books),
        check_mails(books, sink),
        check_operations(load.record, books),
        check_stays(bookers.promises, books),
        streams,
    ]


def render(outcomes: list[Outcome], checks: list[Check], *, seconds: float) -> str:
    """Return the report."""
    felt = [
        f"| {one.fault.name} | "
        + ("never" if one.recovery_seconds is None else f"{one.recovery_seconds:.1f} s")
        + " |"
        for one in outcomes
    ]
    kept = [f"| {one.promise} | {one.counted} | {_verdict(one)} |" for one in checks]
    where = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, {seconds:.0f} s with start and stop."
    )
    return "\n".join(
        [
            *("# Faults under load", "", where, ""),
            *("| fault | all answers again after |", "|---|---|", *felt, ""),
            *("| promise | counted | kept |", "|---|---|---|", *kept),
        ]
    )


def _verdict(check: Check) -> str:
    return "yes" if not check.wrong else "NO: " + "; ".join(check.wrong[:8])


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
