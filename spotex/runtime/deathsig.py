"""A child process that does not outlive its parent."""

import os
import signal

from spotex.runtime.guard import PR_SET_PDEATHSIG, call_prctl


def die_with_parent(number: int = signal.SIGTERM, *, parent: int = 0) -> None:
    """Ask the kernel for a signal when the parent dies; use as (or in) ``preexec_fn``.

    The kernel watches the *thread* that started the child: start such children from a thread that
    lives as long as the process, best the main thread.

    Args:
        number: the signal to get.
        parent: number of the parent; when it is given and has ended already, the child ends too.
    """
    call_prctl(PR_SET_PDEATHSIG, number)
    if parent and os.getppid() != parent:
        os._exit(1)  # it was gone before we could ask
