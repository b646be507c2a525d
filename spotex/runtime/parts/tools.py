"""What only the tests need: a browser for the journeys, gettext for the translations check."""

import shutil

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.parts.apt import install_packages

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def install_browser(_config: RuntimeConfig) -> str:
    """Make sure of Chromium and name the program.

    Raises:
        StartError: it is missing and we may not install.
    """
    if not _find_browser():
        install_packages(["chromium"])
    return _find_browser()


def install_gettext(_config: RuntimeConfig) -> str:
    """Make sure of the gettext programs and name one of them.

    Raises:
        StartError: they are missing and we may not install.
    """
    if not shutil.which("msgfmt"):
        install_packages(["gettext"])
    return shutil.which("msgfmt") or ""


def _find_browser() -> str:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), "")
