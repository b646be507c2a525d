"""Run the double: ``python -m tenants.billing.gateways.stripe_double [port]``."""

from __future__ import annotations

import sys

from tenants.billing.gateways.stripe_double.server import StripeDouble

PORT = 12111


def main() -> None:
    """Serve until somebody ends it; messages are sent by themselves."""
    server = StripeDouble(int(sys.argv[1]) if len(sys.argv) > 1 else PORT)
    server.sends = True
    sys.stdout.write(f"A double of Stripe, for development only: {server.url}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
