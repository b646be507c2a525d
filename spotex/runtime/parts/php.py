"""PHP with its process manager and the extensions that WordPress and SQLite need."""

from collections.abc import Callable

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.errors import StartError
from spotex.runtime.parts.apt import install_packages
from spotex.runtime.php import find_php, missing_extensions

_EXTENSIONS = ("sqlite3", "mbstring", "xml", "curl", "gd", "intl", "zip")


def install_php(_config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of a PHP that can serve sites and describe it.

    Raises:
        StartError: it is missing, or some of its extensions are, and we may not install.
    """
    php = find_php()
    if php is None or missing_extensions(php):
        prefix = f"php{php.version}" if php else "php"
        names = ("fpm", "cli", *_EXTENSIONS)
        tell("Installing PHP")
        install_packages([f"{prefix}-{name}" for name in names])
        php = find_php()
    if php is None:
        raise StartError("It was installed, but no php-fpm was found; name it with SPOTEX_PHP.")
    missing = missing_extensions(php)
    if missing:
        raise StartError(f"PHP {php.version} has no {', '.join(missing)}.")
    return php.version
