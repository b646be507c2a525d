"""``exec``: one command with the databases below it, nothing else."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from spotex.runtime.config import MEMORY, THROWAWAY, RuntimeConfig, read_config
from spotex.runtime.console import Console
from spotex.runtime.databases import join_foundation, lay_foundation
from spotex.runtime.errors import StartError
from spotex.runtime.files import is_locked, lock_directory, remove_tree
from spotex.runtime.parts import share_cached_parts
from spotex.runtime.supervisor import Supervisor
from spotex.runtime.translations import compile_translations

_SETTLED_SECONDS = 60.0  # a new directory may not be locked yet


def execute(command: Sequence[str], environ: Mapping[str, str], *, throwaway: bool) -> int:
    """Run a command with its databases and return its exit code.

    Joins the databases of a running installation; starts (and afterwards stops) them otherwise.

    Raises:
        StartError: the databases or the command cannot be started.
    """
    compile_translations()
    if throwaway:
        _remove_abandoned(MEMORY)
    config = read_config(environ, throwaway=throwaway)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
    if not throwaway and is_locked(config.data_dir):
        return asyncio.run(_run_to_end(command, join_foundation(config, environ)))
    try:
        with lock_directory(config.data_dir):
            if throwaway:
                share_cached_parts(config)
            return asyncio.run(_run_above_databases(command, config, environ))
    finally:
        if throwaway:
            remove_tree(config.data_dir)


def _remove_abandoned(directory: Path) -> None:
    """Give back the memory of throwaway directories whose supervisor was killed."""
    for path in directory.glob(f"{THROWAWAY}*/supervisor.lock"):
        with contextlib.suppress(OSError):  # somebody else's, or just gone
            settled = time.time() - path.stat().st_mtime > _SETTLED_SECONDS
            if settled and not is_locked(path.parent):
                remove_tree(path.parent)


async def _run_above_databases(
    command: Sequence[str], config: RuntimeConfig, environ: Mapping[str, str]
) -> int:
    supervisor = Supervisor(console=Console(), log_dir=config.data_dir / "logs")
    foundation = lay_foundation(config, environ)
    try:
        await supervisor.start(*foundation.services)
        return await _run_to_end(command, foundation.environ)
    finally:
        await supervisor.stop()


async def _run_to_end(command: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=dict(environ),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    except OSError as error:
        raise StartError(f"Cannot run {command[0]}: {error.strerror}.") from error
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, process.terminate)
    code = await process.wait()
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    return code if code >= 0 else 128 - code
