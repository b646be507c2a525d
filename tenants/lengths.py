"""How long texts may be: one figure each for columns, services, forms and the API."""

from __future__ import annotations

from typing import Final

NAME_MAX_LENGTH: Final = 120
"""Of people, companies and agencies."""

EMAIL_MAX_LENGTH: Final = 254
"""RFC 5321 §4.5.3.1."""

PASSWORD_MAX_LENGTH: Final = 128
VAT_NUMBER_MAX_LENGTH: Final = 30
"""As typed, with blanks and country; kept without."""

SDI_CODE_MAX_LENGTH: Final = 7
NOTES_MAX_LENGTH: Final = 10_000
VIEW_NAME_MAX_LENGTH: Final = 40
"""Of a saved view: it must fit on a chip."""

INCIDENT_MESSAGE_MAX_LENGTH: Final = 2_000
FOOTER_MAX_LENGTH: Final = 300
ADDRESS_MAX_LENGTH: Final = 45
"""Of an IPv6 address as text."""
