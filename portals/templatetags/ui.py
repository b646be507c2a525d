"""Words and values as people read them.

Times, money and names of states have one place here, so that every portal says the same thing
in the same way. What needs markup of its own is a component in ``templates/cotton``.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as _

from portals.templatetags.state_looks import STATES, StateLook
from tenants.branding import LIGHT, compute_tokens
from tenants.hosts import platform_host, url_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.template import Context
    from django.utils.safestring import SafeString

    from tenants.hosts import AgencySnapshot

register = template.Library()

_serial = itertools.count(1)

TONE_ICONS: Final = {
    "neutral": "circle",
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "error": "circle-alert",
    "brand": "sparkles",
}

_AGO: Final = (
    (60, 60, ngettext_lazy("%(n)d minute ago", "%(n)d minutes ago", "n")),
    (3_600, 24, ngettext_lazy("%(n)d hour ago", "%(n)d hours ago", "n")),
    (86_400, 7, ngettext_lazy("%(n)d day ago", "%(n)d days ago", "n")),
)


@register.simple_tag
def sprite() -> str:
    """Give the address of the file that holds all symbols."""
    return static("sprite.svg")


@register.simple_tag
@lru_cache(maxsize=512)  # a page draws some fifty, most of them again and again
def icon(name: str, size: str = "md", label: str = "") -> SafeString:
    """Draw one symbol of the sprite; without a label it is decoration."""
    return format_html(
        '<svg class="icon icon-{}" {}><use href="{}#{}"></use></svg>',
        size,
        format_html('role="img" aria-label="{}"', label)
        if label
        else format_html('aria-hidden="{}"', "true"),
        sprite(),
        name,
    )


@register.simple_tag
def unique_id(stem: str = "part") -> str:
    """Give an id that occurs once on the page."""
    return f"{slugify(stem)}-{next(_serial)}"


@register.filter
def state_look(state: object) -> StateLook:
    """Look up how a state is shown; an unknown one stays readable."""
    name = str(getattr(state, "value", state))
    return STATES.get(name, StateLook("neutral", "circle", name.capitalize()))


@register.filter
def tone_icon(tone: str) -> str:
    """Name the symbol that goes with a tone."""
    return TONE_ICONS.get(tone, "circle")


@register.filter
def initials(name: object) -> str:
    """Shorten a name to one or two letters."""
    words = [word for word in str(name or "?").replace(".", " ").split() if word[0].isalnum()]
    if len(words) < 2:
        return (words or ["?"])[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


@register.simple_tag
def money(amount_minor: int, currency: str = "EUR", *, whole: bool = False) -> str:
    """Write an amount of minor units as the reader's language does, ``whole`` without cents."""
    locale = Locale.parse(_locale())
    pattern = locale.currency_formats["standard"].pattern
    return format_currency(
        Decimal(amount_minor) / 100,
        currency,
        locale=locale,
        format=pattern.replace(".00", "") if whole else pattern,
        currency_digits=not whole,
    )


@register.filter
def number(value: float) -> str:
    """Write a number with the separators of the reader's language."""
    return format_decimal(value, locale=_locale())


@register.filter
def duration(seconds: float | None) -> str:
    """Write a number of seconds in short: ``4 s``, ``1 min 20 s``."""
    if seconds is None:
        return ""
    if 0 < seconds < 10:
        return f"{seconds:.1f} s".replace(".", "," if _locale() == "it" else ".")
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


@register.filter
def step_seconds(step: object) -> float | None:
    """Tell how long a step took, None while it has not ended."""
    known = _read(step, "seconds")
    if known is not None:
        return float(known)
    started, finished = _read(step, "started_at"), _read(step, "finished_at")
    return (finished - started).total_seconds() if started and finished else None


@register.simple_tag
def moment(at: datetime | None) -> str:
    """Write a moment in full, in the active zone, with the zone named."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    # By the wall clock: one instant in two zones is equal as a key, and written in two ways.
    return _write_moment(local.replace(tzinfo=None), zone=str(local.tzname()), locale=_locale())


@register.simple_tag
def day(at: datetime | None) -> str:
    """Write the day of a moment, in the active zone."""
    if at is None:
        return ""
    return format_date(timezone.localtime(at), "d MMM y", locale=_locale())


@register.simple_tag
def when(at: datetime | None) -> SafeString:
    """Write a moment relative to now; the browser keeps it true, the title has it in full."""
    if at is None:
        return format_html('<span class="muted">{}</span>', "–")
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        at.isoformat(),
        moment(at),
        _relative((timezone.now() - at).total_seconds(), moment(at)),
    )


@register.filter
def message_tone(level_tag: str) -> str:
    """Name the tone of one of Django's messages."""
    return {"success": "ok", "warning": "warn", "error": "error"}.get(level_tag, "info")


@register.filter
def words(text: str) -> list[str]:
    """Split a text at its spaces."""
    return text.split()


@register.simple_tag(takes_context=True)
def page_query(context: Context, param: str, number: int) -> str:
    """Give the page's own query string with another page number."""
    query = context["request"].GET.copy()
    query[param] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def usage_share(used: int | str, limit: int | str) -> int:
    """Give the share of a limit that is used, 0 to 100.

    −1 when there is no limit, −2 when the plan has none of it and none is used.
    """
    most = int(limit)
    if most < 0:
        return -1
    if most == 0:
        return 100 if int(used) else -2
    return min(100, round(100 * int(used) / most))


@register.simple_tag
def brand_icon_url(agency: AgencySnapshot | None) -> str:
    """Give the address of the tab's picture: the mark, else one drawn from colour and initial."""
    if agency is None:
        return "data:,"
    if agency.brand_logo_is_mark:
        return agency.brand_logo_url
    letter = escape(agency.brand_name[:1].upper())
    tokens = compute_tokens(agency.brand_color, LIGHT)
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="9" fill="{tokens.brand}"/>'
        f'<text x="16" y="22.5" text-anchor="middle" font-family="system-ui,sans-serif" '
        f'font-size="18" font-weight="700" fill="{tokens.on_brand}">{letter}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(picture)}"


@register.simple_tag
def platform_url(name: str = "") -> str:
    """Give the address of one of the platform's own hosts."""
    return url_for(platform_host(name))


@register.filter
def by_group(entries: Iterable[object]) -> list[tuple[str, list[object]]]:
    """Put menu entries under their group headings, in the order given."""
    return [
        (heading, list(members))
        for heading, members in itertools.groupby(entries, key=lambda entry: _read(entry, "group"))
    ]


@lru_cache(maxsize=4_096)  # lists show the same rows again and again
def _write_moment(wall: datetime, *, zone: str, locale: str) -> str:
    return f"{format_datetime(wall, 'd MMM y, HH:mm', locale=locale)} {zone}"


def _locale() -> str:
    return (get_language() or "it").split("-")[0]


def _read(subject: object, name: str) -> Any:
    return subject.get(name) if isinstance(subject, dict) else getattr(subject, name, None)


def _relative(seconds: float, full: str) -> str:
    if seconds < 0:
        return full
    if seconds < 60:
        return _("just now")
    for unit_seconds, limit, words in _AGO:
        if seconds < unit_seconds * limit:
            return str(words % {"n": int(seconds // unit_seconds)})
    return full
