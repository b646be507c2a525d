"""How long, and how much, people may hold spaces."""

from __future__ import annotations

import environ

env = environ.Env()

SPOTEX_HOLD_SECONDS = env.float("SPOTEX_HOLD_SECONDS", default=900.0)
"""How long a space is kept for somebody who books it."""

SPOTEX_LONGEST_HOLD_SECONDS = env.float("SPOTEX_LONGEST_HOLD_SECONDS", default=2_700.0)
"""However often it is extended."""

SPOTEX_OFFER_SECONDS = env.float("SPOTEX_OFFER_SECONDS", default=3_600.0)
"""How long a time is kept for somebody from the waiting list; the longest hold may be shorter."""

SPOTEX_WISHES_PER_PERSON = env.int("SPOTEX_WISHES_PER_PERSON", default=5)
"""For how many times one person may wait."""

SPOTEX_HOLDS_PER_PERSON = env.int("SPOTEX_HOLDS_PER_PERSON", default=3)
"""At a time; without a limit holds would be a way to close a house."""

SPOTEX_ANSWER_SECONDS = env.float("SPOTEX_ANSWER_SECONDS", default=172_800.0)
"""How long a space that needs the agency's yes is kept for who asked; at most until the stay."""

SPOTEX_APPROVED_SECONDS = env.float("SPOTEX_APPROVED_SECONDS", default=86_400.0)
"""How long it is kept after the yes for the payment: who asked is not there and has to read."""

SPOTEX_REQUESTS_PER_PERSON = env.int("SPOTEX_REQUESTS_PER_PERSON", default=5)
"""For how many stays one person may wait for the agency's yes."""

SPOTEX_TRUSTED_NETWORKS = env.list("SPOTEX_TRUSTED_NETWORKS", default=[])
"""Networks, such as ``10.1.0.0/16``, in which a calendar may be read although they are internal.

For an installation whose own calendar server is inside; without encryption only there.
"""

SPOTEX_DEMAND_SECONDS = env.float("SPOTEX_DEMAND_SECONDS", default=5.0)
"""How long a process collects what people wanted in vain before it writes it; 0: until asked."""
