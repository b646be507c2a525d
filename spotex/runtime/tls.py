"""How this installation comes to its certificates, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spotex.runtime.errors import StartError

LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
_MODES = ("off", "on", "internal")


@dataclass(frozen=True, kw_only=True)
class TlsConfig:
    """``off``: plain HTTP · ``on``: certificates by ACME · ``internal``: by our own authority."""

    mode: str = "off"
    port: int = 443
    directory: str = LETS_ENCRYPT
    email: str = ""
    trusted_root: str = ""
    """A file with the root of the ACME server's own certificate, when it is not a public one."""

    @property
    def is_on(self) -> bool:
        """Tell whether visitors get certificates."""
        return self.mode != "off"


def read_tls(environ: Mapping[str, str]) -> TlsConfig:
    """Read what concerns certificates.

    Raises:
        StartError: a value is not usable; the message names the variable.
    """
    mode = (environ.get("SPOTEX_TLS") or "off").lower()
    if mode not in _MODES:
        raise StartError(f"SPOTEX_TLS is {mode!r}; it may be {', '.join(_MODES)}.")
    port = environ.get("SPOTEX_TLS_PORT") or "443"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise StartError(f"SPOTEX_TLS_PORT is {port!r}; it must be a number from 1 to 65535.")
    directory = environ.get("SPOTEX_ACME_DIRECTORY") or LETS_ENCRYPT
    if not directory.startswith("https://"):
        raise StartError(f"SPOTEX_ACME_DIRECTORY is {directory!r}; it must begin with https://.")
    root = environ.get("SPOTEX_ACME_ROOT") or ""
    if root and not Path(root).is_file():
        raise StartError(f"SPOTEX_ACME_ROOT names no file: {root}")
    return TlsConfig(
        mode=mode,
        port=int(port),
        directory=directory,
        email=environ.get("SPOTEX_ACME_EMAIL") or "",
        trusted_root=root,
    )
