"""Public holidays of Italy, on which most places are closed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=32)
def list_holidays(year: int) -> frozenset[date]:
    """Return the days on which all of Italy rests; a town's own patron is an exception's matter."""
    return frozenset(holidays.country_holidays("IT", years=year))
