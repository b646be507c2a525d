"""All processes together: started in tiers, each tier when the one before is ready."""

import asyncio
from pathlib import Path

from spotex.runtime.console import Console
from spotex.runtime.process import KeptProcess, Service


class Supervisor:
    """Starts tiers of services; stops the first tier, the databases, after all others."""

    def __init__(self, *, console: Console, log_dir: Path) -> None:
        self._console = console
        self._log_dir = log_dir
        self._tiers: list[list[KeptProcess]] = []

    async def start(self, *services: Service) -> None:
        """Start services side by side and return when all of them are ready.

        Raises:
            StartError: one of them could not be started.
        """
        tier = [
            KeptProcess(service, console=self._console, log_dir=self._log_dir)
            for service in services
        ]
        self._tiers.append(tier)
        starts = [asyncio.create_task(process.start()) for process in tier]
        try:
            await asyncio.gather(*starts)
        finally:
            for start in starts:
                start.cancel()

    async def stop(self) -> None:
        """Stop everything side by side, but the first tier last."""
        above = [process for tier in self._tiers[1:] for process in tier]
        await asyncio.gather(*(process.stop() for process in above))
        await asyncio.gather(*(process.stop() for tier in self._tiers[:1] for process in tier))
        self._tiers.clear()
