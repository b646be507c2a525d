"""Command line: ``python -m spotex.runtime run | exec | serve | parts | frontend | code``."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping

from spotex.runtime.authenticator import print_code
from spotex.runtime.config import REPOSITORY, merge_env_file
from spotex.runtime.console import Console
from spotex.runtime.errors import StartError
from spotex.runtime.execute import execute
from spotex.runtime.frontend import build_front_end
from spotex.runtime.guard import run_guarded
from spotex.runtime.parts import install_parts
from spotex.runtime.run import run
from spotex.runtime.serve import SERVED, serve


def main() -> int:
    """Run one command and return its exit code."""
    arguments = _parse()
    environ = merge_env_file(os.environ, REPOSITORY / ".env")

    def supervise() -> int:
        try:
            return _dispatch(arguments, environ)
        except StartError as error:
            Console().fail(str(error))
            return 1

    if arguments.action in {"serve", "code"}:  # one becomes a process, one starts none
        return supervise()
    return run_guarded(supervise, own_session=arguments.action == "run")


def _dispatch(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    actions: dict[str, Callable[[], int]] = {
        "run": lambda: run(environ),
        "exec": lambda: execute(arguments.command, environ, throwaway=arguments.throwaway),
        "serve": lambda: serve(arguments.name, environ),
        "parts": lambda: install_parts(environ, everything=arguments.ci),
        "frontend": lambda: build_front_end(environ, tell=Console().step),
        "code": lambda: print_code(arguments.secret, tell=Console().line),
    }
    return actions[arguments.action]()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m spotex.runtime", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("run", help="start everything and keep it running until Ctrl-C")
    exec_ = actions.add_parser("exec", help="run one command with PostgreSQL and Redis below it")
    exec_.add_argument("--throwaway", action="store_true", help="fresh databases, gone afterwards")
    exec_.add_argument("command", nargs="+", help="the command, after --")
    serve_ = actions.add_parser("serve", help="become one process, without a supervisor")
    serve_.add_argument("name", choices=SERVED)
    parts = actions.add_parser("parts", help="install PHP and WordPress for the hosted sites")
    parts.add_argument("--ci", action="store_true", help="also what only the tests need; no skips")
    actions.add_parser("frontend", help="build the front end when its sources changed")
    code = actions.add_parser("code", help="the code of an authenticator app with this secret")
    code.add_argument("secret", help="as the page shows it that sets the app up")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
