"""Appointments of customers."""

from __future__ import annotations

from datetime import datetime

from tenants.customers.services.import_runs import run_import
from tenants.customers.services.imports import FORGET, RUN, forget_import
from tenants.due import due_handler


@due_handler(RUN)
def run_due_import(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Add the customers of a file."""
    run_import(key, agency_id=agency_id or 0)
    return None


@due_handler(FORGET)
def forget_due_import(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Delete a file that was kept long enough."""
    forget_import(key, agency_id=agency_id or 0)
    return None
