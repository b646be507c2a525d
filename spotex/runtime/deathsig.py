"""A child process that does not outlive its parent."""

import os
import signal
import sys

from spotex.runtime.guard import PR_SET_PDEATHSIG, call_prctl


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel for a signal when the parent dies; use as (or in) ``preexec_fn``.

    The kernel watches the *thread* that started the child: start such children from a thread that
    lives as long as the process, best the main thread.
    """
    call_prctl(PR_SET_PDEATHSIG, number)
    if sys.platform == "linux" and os.getppid() == 1:
        os._exit(1)  # the parent was gone before we could ask
