"""What people and programs send, and what is accepted."""

from __future__ import annotations

from portals.tests.isolation.case import Body

CUSTOMER: Body = {"name": "Nuovo", "email": "nuovo@company.test"}
INVITATION: Body = {"email": "new@company.test", "full_name": "Nina Nuova", "role": "VIEWER"}
ROLE: Body = {"role": "VIEWER"}
PROFILE: Body = {"full_name": "Nuovo Nome", "language": "it"}
BRAND: Body = {"brand_name": "Acme", "brand_color": "#123456", "language": "it"}
DOMAIN: Body = {"domain": "portal.company.test", "portal": "customer"}
INCIDENT: Body = {"title": "Posta lenta", "message": "Stiamo guardando."}
API_KEY: Body = {"name": "Contabilità", "scopes": ["customers:read"]}
PICTURE: Body = {
    "picture": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    "type": "image/svg+xml",
}
"""Sent as it is, not as JSON."""
SITE: Body = {
    "customer": "{customer}",
    "name": "Nuovo sito",
    "title": "Nuovo sito",
    "admin_email": "admin@company.test",
    "language": "it_IT",
}
