"""What only the tests need: a browser for the journeys, gettext for the translations check."""

import shutil
from collections.abc import Callable

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.parts.apt import install_packages

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def install_browser(_config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of Chromium and name the program.

    Raises:
        StartError: it is missing and we may not install.
    """
    if not _find_browser():
        tell("Installing Chromium")
        install_packages(["chromium"])
    return _find_browser()


def install_gettext(_config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of the gettext programs and name one of them.

    Raises:
        StartError: they are missing and we may not install.
    """
    if not shutil.which("msgfmt"):
        tell("Installing gettext")
        install_packages(["gettext"])
    return shutil.which("msgfmt") or ""


def _find_browser() -> str:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), "")
