"""What an agency's address may look like, and which addresses the platform keeps."""

from __future__ import annotations

import re
from typing import Final

SLUG_MAX_LENGTH: Final = 40
SLUG_PATTERN: Final = r"^(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z"
"""Lower-case DNS label (RFC 1035 §2.3.1), without ``--``: that joins site and agency in hosts."""

SLUG_MIN_LENGTH: Final = 3

RESERVED_SLUGS: Final = frozenset(
    "abuse account accounts admin administrator agencies agency api app assets auth autoconfig "
    "autodiscover billing blog booking cdn cms config console customer customers dashboard "
    "dev docs domains email ftp git health help hosting imap info internal live localhost login "
    "mail mailbox media metrics mobile monitor mta ns ns1 ns2 oauth pop pop3 portal postmaster "
    "preview root security server shop signup site sites smtp spotex spotexsrl sso staff staging "
    "static status store support system test webmail webmaster www".split(),
)


def is_slug(text: str) -> bool:
    """Tell whether the text has the shape of an agency's address."""
    return SLUG_MIN_LENGTH <= len(text) <= SLUG_MAX_LENGTH and bool(re.match(SLUG_PATTERN, text))
