"""Handshakes in memory: certificates by host, refusals otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field

from tenants.drivers.tls import Certificate, HandshakeFailed


@dataclass(kw_only=True)
class TlsDouble:
    """Shows what was put, fails as told."""

    certificates: dict[str, Certificate] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def fetch_certificate(self, host: str) -> Certificate:
        """Return the certificate of a host.

        Raises:
            HandshakeFailed: there is none.
        """
        if host not in self.certificates:
            raise HandshakeFailed(self.failures.get(host, "handshake failure"))
        return self.certificates[host]


HANDS = TlsDouble()
"""The one of a test process."""
