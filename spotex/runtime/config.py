"""What one installation is: read from the environment once, then passed around."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spotex.runtime.counts import own_directory
from spotex.runtime.errors import StartError
from spotex.runtime.files import is_walkable
from spotex.runtime.tls import TlsConfig, read_tls

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_RUN_DIR = 48  # the path of a unix socket ends at 107 characters
MEMORY = Path("/dev/shm")  # noqa: S108 - only private directories are made in it
THROWAWAY = "spotex-try-"
OPEN_DIR = Path("/var/lib/spotex")
_THROWAWAY_BYTES = 2_000_000_000
_MODES = ("development", "production", "test")


@dataclass(frozen=True, kw_only=True)
class RuntimeConfig:
    """One installation: where it answers and where it keeps its things."""

    mode: str
    bind: str
    port: int
    base_domain: str
    data_dir: Path
    sites_dir: Path
    run_dir: Path
    cache_dir: Path
    wordpress_dir: Path
    wordpress_source: Path | None
    database_url: str
    redis_url: str
    secret_key: str
    tls: TlsConfig = field(default_factory=TlsConfig)
    throwaway: bool = False

    @property
    def separates_sites(self) -> bool:
        """Tell whether every site runs as a user of its own; only root can give them one."""
        return os.geteuid() == 0

    @property
    def open_dirs(self) -> tuple[Path, ...]:
        """Directories of ours that the users of sites pass through, outermost first."""
        found = [self.data_dir]
        if OPEN_DIR in {*self.sites_dir.parents, *self.wordpress_dir.parents}:
            homes = {self.sites_dir.parent, self.wordpress_dir.parent}
            found += [OPEN_DIR, *sorted(home for home in homes if home.parent == OPEN_DIR)]
        if self.wordpress_dir.parent != self.cache_dir:
            found.append(self.wordpress_dir)
        return (*found, self.sites_dir)

    @property
    def ready_url(self) -> str:
        """Address of the readiness check, as seen from this machine."""
        host = "127.0.0.1" if self.bind in {"0.0.0.0", "::"} else self.bind  # noqa: S104 - compared
        return f"http://{host}:{self.port}/health/ready"

    def url_of(self, host: str) -> str:
        """Return the public address of a host of this installation."""
        if self.tls.is_on:
            port = "" if self.tls.port == 443 else f":{self.tls.port}"
            return f"https://{host}{port}/"
        return f"http://{host}/" if self.port == 80 else f"http://{host}:{self.port}/"

    @property
    def metrics_dir(self) -> Path:
        """Where all processes write what they count."""
        return self.run_dir / "metrics"

    def exported(self) -> dict[str, str]:
        """Return the variables that every process of this installation gets."""
        counts = {"PROMETHEUS_MULTIPROC_DIR": str(own_directory(self.metrics_dir))}
        return {
            **({} if self.throwaway else counts),
            "SPOTEX_MODE": self.mode,
            "SPOTEX_BIND": self.bind,
            "SPOTEX_PORT": str(self.port),
            "SPOTEX_BASE_DOMAIN": self.base_domain,
            "SPOTEX_DATA_DIR": str(self.data_dir),
            "SPOTEX_SITES_DIR": str(self.sites_dir),
            "SPOTEX_RUN_DIR": str(self.run_dir),
            "SPOTEX_WORDPRESS_DIR": str(self.wordpress_dir),
        }


def read_config(environ: Mapping[str, str], *, throwaway: bool = False) -> RuntimeConfig:
    """Read the configuration.

    Args:
        environ: the environment, `.env` already merged into it.
        throwaway: use a new data directory in memory and no server named in the environment.

    Raises:
        StartError: a value is not usable; the message names the variable.
    """
    data_dir = _new_throwaway_dir() if throwaway else _path(environ, "SPOTEX_DATA_DIR", ".spotex")
    cache_dir = _path(environ, "SPOTEX_CACHE_DIR", _default_cache_dir(environ))
    source = environ.get("SPOTEX_WORDPRESS_SOURCE", "")
    shared = throwaway or data_dir == cache_dir
    return RuntimeConfig(
        mode="test" if throwaway else _mode(environ),
        bind=environ.get("SPOTEX_BIND") or "127.0.0.1",
        port=_port(environ),
        base_domain=_base_domain(environ),
        data_dir=data_dir,
        sites_dir=_reachable(data_dir) / "sites" if throwaway else _sites_dir(environ, data_dir),
        run_dir=data_dir / "run" if throwaway else _run_dir(environ, data_dir),
        cache_dir=cache_dir,
        wordpress_dir=_reachable(cache_dir if shared else data_dir) / "wordpress",
        wordpress_source=Path(source).expanduser().resolve() if source else None,
        database_url="" if throwaway else environ.get("DATABASE_URL", ""),
        redis_url="" if throwaway else environ.get("REDIS_URL", ""),
        secret_key=environ.get("SECRET_KEY", ""),
        tls=TlsConfig() if throwaway else read_tls(environ),
        throwaway=throwaway,
    )


def merge_env_file(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Return the environment with the lines of a `.env` file below it: the environment wins."""
    lines = path.read_text().splitlines() if path.is_file() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("'\"") for key, value in pairs} | dict(environ)


def _path(environ: Mapping[str, str], name: str, default: str) -> Path:
    return (REPOSITORY / Path(environ.get(name) or default).expanduser()).resolve()


def _default_cache_dir(environ: Mapping[str, str]) -> str:
    return str(Path(environ.get("XDG_CACHE_HOME") or "~/.cache") / "spotex")


def _mode(environ: Mapping[str, str]) -> str:
    mode = environ.get("SPOTEX_MODE") or "development"
    if mode not in _MODES:
        raise StartError(f"SPOTEX_MODE is {mode!r}; it may be {', '.join(_MODES)}.")
    return mode


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("SPOTEX_PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise StartError(f"SPOTEX_PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def _base_domain(environ: Mapping[str, str]) -> str:
    domain = (environ.get("SPOTEX_BASE_DOMAIN") or "localhost").lower().strip(".")
    labels = domain.split(".")
    if not all(label.isascii() and label.replace("-", "").isalnum() for label in labels):
        raise StartError(f"SPOTEX_BASE_DOMAIN is {domain!r}; it must be a host name, no port.")
    return domain


def _sites_dir(environ: Mapping[str, str], data_dir: Path) -> Path:
    return _path(environ, "SPOTEX_SITES_DIR", str(_reachable(data_dir) / "sites"))


def _reachable(directory: Path) -> Path:
    """Return the directory, or one in its place that the users of sites can walk to.

    Root gives every site a user of its own; below a private directory, such as root's home, such
    a user could not read its own files.
    """
    if os.geteuid() != 0 or is_walkable(directory.parent):
        return directory  # root opens the directory itself for passing through
    return OPEN_DIR / hashlib.sha256(str(directory).encode()).hexdigest()[:12]


def _run_dir(environ: Mapping[str, str], data_dir: Path) -> Path:
    """Choose a directory whose name is short enough for the sockets in it."""
    chosen = _path(environ, "SPOTEX_RUN_DIR", str(data_dir / "run"))
    if len(str(chosen)) <= LONGEST_RUN_DIR:
        return chosen
    if environ.get("SPOTEX_RUN_DIR"):
        raise StartError(f"SPOTEX_RUN_DIR is longer than {LONGEST_RUN_DIR} characters: {chosen}")
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:8]
    user_dir = Path(environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    if user_dir.is_dir() and len(str(user_dir)) <= LONGEST_RUN_DIR - 16:
        return user_dir / f"spotex-{digest}"
    return Path("/tmp") / f"spotex-{os.getuid()}-{digest}"  # noqa: S108 - made 0700, owner checked


def _new_throwaway_dir() -> Path:
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > _THROWAWAY_BYTES
    return Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=MEMORY if roomy else None))
