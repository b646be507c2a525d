"""Own domains of agencies: what their records must say, who is asked, and TLS."""

from __future__ import annotations

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

SPOTEX_TLS = env("SPOTEX_TLS", default="off").lower()
"""``on``: certificates by ACME · ``internal``: by the proxy's own authority · ``off``: plain HTTP."""
if SPOTEX_TLS not in {"on", "off", "internal"}:
    raise ImproperlyConfigured(f"SPOTEX_TLS is {SPOTEX_TLS!r}; use on, off or internal.")
SPOTEX_TLS_PORT = env.int("SPOTEX_TLS_PORT", default=443)
SPOTEX_TLS_PROBE = env("SPOTEX_TLS_PROBE", default=f"127.0.0.1:{SPOTEX_TLS_PORT}")
"""Where the platform itself shakes hands with the proxy to have a certificate issued."""
SPOTEX_TLS_ROOTS = env("SPOTEX_TLS_ROOTS", default="")
"""A file of root certificates beside the system's, for an authority that is not public."""
SPOTEX_TLS_LOG = env("SPOTEX_TLS_LOG", default="")
"""The proxy's log of certificates, from which the reason of a failure is read."""
SPOTEX_TLS_ASKS_PER_MINUTE = env.int("SPOTEX_TLS_ASKS_PER_MINUTE", default=600)
"""Questions of the proxy whether a host may have a certificate; more are refused unread."""
SPOTEX_PROXY_TOKEN = env("SPOTEX_PROXY_TOKEN", default="")
"""Known to the proxy and the web process only; without it the proxy's questions answer 404."""

SPOTEX_DNS_DRIVER = env("SPOTEX_DNS_DRIVER", default="wire")
SPOTEX_DNS_RESOLVERS = env.list("SPOTEX_DNS_RESOLVERS", default=[])
"""``address`` or ``address:port``, asked in this order; none means those of the system."""
SPOTEX_DOMAIN_ADDRESSES = env.list("SPOTEX_DOMAIN_ADDRESSES", default=[])
"""The platform's public addresses, for domains that cannot have a CNAME."""
SPOTEX_DOMAIN_GRACE_DAYS = env.int("SPOTEX_DOMAIN_GRACE_DAYS", default=7)
"""How long a domain with broken records still leads to its portal."""
SPOTEX_CA_DOMAINS = env.list("SPOTEX_CA_DOMAINS", default=["letsencrypt.org"])
"""Names of our certificate authority in CAA records; none switches the check off."""


def read_target(base_domain: str) -> str:
    """Return the host to which own domains point; operators choose one that names nobody."""
    target = str(env("SPOTEX_DOMAIN_TARGET", default=f"portals.{base_domain}"))
    return target.lower().rstrip(".")


def read_log(data_dir: Path) -> Path:
    """Return the file into which the proxy writes why certificates were not issued."""
    return Path(SPOTEX_TLS_LOG) if SPOTEX_TLS_LOG else data_dir / "caddy" / "tls.log"


def read_roots(data_dir: Path) -> str:
    """Return the file of roots that our own handshakes trust beside the system's."""
    own = data_dir / "caddy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    return SPOTEX_TLS_ROOTS or (str(own) if SPOTEX_TLS == "internal" else "")


def read_url_port(*, production: bool, port: int) -> str:
    """Return what stands behind the host in links: nothing for the port of the scheme."""
    if SPOTEX_TLS != "off":
        usual = "" if SPOTEX_TLS_PORT == 443 else f":{SPOTEX_TLS_PORT}"
    else:
        usual = "" if production else f":{port}"
    return str(env("SPOTEX_URL_PORT", default=usual))
