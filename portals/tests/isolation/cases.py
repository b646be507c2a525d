"""One case for every address: which planted objects it names, and a body that works.

A new address without a case fails the build. ``ids`` maps the address's arguments to words of
``World``; ``bodies`` maps the methods that change something to a body that is accepted.
"""

from __future__ import annotations

from portals.tests.isolation.agency_cases import AGENCY_PAGES
from portals.tests.isolation.api_cases import API
from portals.tests.isolation.customer_cases import CUSTOMER_PAGES

__all__ = ["AGENCY_PAGES", "API", "CUSTOMER_PAGES"]
