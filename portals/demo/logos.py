"""Logos of the demo agencies, drawn for this purpose."""

from __future__ import annotations

from typing import Final

LUMEN: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">
<rect width="96" height="96" rx="22" fill="#0f766e"/>
<circle cx="48" cy="44" r="18" fill="#fde68a"/>
<path d="M40 66h16v4a8 8 0 0 1-16 0z" fill="#ffffff"/>
<path d="M48 10v8M18 44h8M70 44h8M27 23l6 6M69 23l-6 6" stroke="#fde68a" stroke-width="5"
 stroke-linecap="round"/>
</svg>"""

OFFICINA: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">
<rect width="96" height="96" rx="12" fill="#c2410c"/>
<path d="M48 18 74 33v30L48 78 22 63V33z" fill="none" stroke="#ffffff" stroke-width="8"
 stroke-linejoin="round"/>
<circle cx="48" cy="48" r="9" fill="#ffffff"/>
</svg>"""

DOLOMITI: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">
<circle cx="48" cy="48" r="46" fill="#4338ca"/>
<path d="M12 68 36 30l12 18 10-14 26 34z" fill="#ffffff"/>
<path d="m36 30 7 11-7 5-6-6z" fill="#a5b4fc"/>
</svg>"""
