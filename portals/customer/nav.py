"""The customer portal's menu."""

from __future__ import annotations

from portals.shared.nav import register_nav
from tenants.states import PortalName

register_nav(PortalName.CUSTOMER, [])
