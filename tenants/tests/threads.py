"""Many requests at the same moment: real threads with database connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def run_together(count: int, action: Callable[[int], object]) -> list[object]:
    """Call ``action(0) … action(count - 1)`` at once; return results and errors in that order."""
    barrier = threading.Barrier(count)

    def run(number: int) -> object:
        try:
            barrier.wait(timeout=30)
            return action(number)
        except Exception as error:  # noqa: BLE001  the caller counts the errors
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
