"""Uploaded logos: what is accepted, and the clean bytes that are kept.

A raster image is decoded and written anew as PNG, which drops everything that is not a picture.
An SVG is refused as soon as it holds anything that could act or reach out: nothing is repaired
silently, so that what the agency sees is what it uploaded.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from spotex.kernel.errors import RuleViolation

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_SIDE: Final = 512
MAX_PIXELS: Final = 25_000_000
MARK_RATIO: Final = 1.4
MARK_PREFIX: Final = "mark-"

_SVG_ELEMENTS: Final = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan defs title desc symbol use "
    "lineargradient radialgradient stop clippath mask pattern style".split(),
)
_OUTWARD: Final = re.compile(
    r"url\((?!\s*['\"]?#)|@import|javascript:|expression\(|\\",  # a backslash could hide a word
    re.IGNORECASE,
)


class LogoRefused(RuleViolation):
    """The file is too large, not a picture, or not a harmless one."""

    code = "logo_refused"


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A clean picture and its file name: shape and digest of its content.

    A ``mark-…`` is about as wide as high and stands beside the agency's name; a ``logo-…`` is
    wider and replaces it.
    """

    content: bytes
    filename: str


def clean_logo(content: bytes) -> Logo:
    """Return the harmless form of an uploaded logo.

    Raises:
        LogoRefused: over 2 MB, neither PNG, JPEG, WebP nor SVG, or an SVG that could act.
    """
    if len(content) > MAX_BYTES:
        raise LogoRefused(_("The logo may be at most 2 MB."), field="logo")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return _name(content, width_to_height=_check_svg(content), suffix="svg")
    redrawn, width_to_height = _redraw(content)
    return _name(redrawn, width_to_height=width_to_height, suffix="png")


def _name(content: bytes, *, width_to_height: float, suffix: str) -> Logo:
    shape = MARK_PREFIX if width_to_height <= MARK_RATIO else "logo-"
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Logo(content=content, filename=f"{shape}{digest}.{suffix}")


_BOMBS: Final = (Image.DecompressionBombWarning, Image.DecompressionBombError)
_UNREADABLE: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Warning,
)


def _redraw(content: bytes) -> tuple[bytes, float]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"])
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            result = io.BytesIO()
            image.convert("RGBA").save(result, "PNG", optimize=True)
    except _BOMBS as error:
        raise LogoRefused(_("The picture has too many pixels."), field="logo") from error
    except _UNREADABLE as error:
        raise LogoRefused(
            _("This is not a PNG, JPEG, WebP or SVG picture."),
            field="logo",
        ) from error
    return result.getvalue(), image.width / image.height


def _check_svg(content: bytes) -> float:
    """Return width divided by height of a harmless SVG."""
    try:
        root = _parse(content)
    except (ParseError, DefusedXmlException, LookupError, RecursionError, ValueError) as error:
        raise LogoRefused(_("The SVG cannot be read."), field="logo") from error
    if _local(root.tag) != "svg":
        raise LogoRefused(_("This is not a PNG, JPEG, WebP or SVG picture."), field="logo")
    for element in root.iter():
        _check_element(element)
    return _shape_of(root)


def _shape_of(root: Element) -> float:
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    try:
        width, height = (float(side.removesuffix("px")) for side in sides)
    except ValueError:
        return 1.0
    return width / height if height > 0 else 1.0


def _parse(content: bytes) -> Element:
    parser = DefusedXMLParser(target=_Strict(), forbid_dtd=True)
    parser.feed(content)
    root: Element = parser.close()
    return root


class _Strict(TreeBuilder):
    """Refuses processing instructions, which fetch style sheets and are no elements."""

    def pi(self, *_parts: Any, **_named: Any) -> NoReturn:
        raise LogoRefused(_("The SVG refers to something outside itself."), field="logo")


def _check_element(element: Element) -> None:
    name = _local(element.tag)
    if name not in _SVG_ELEMENTS:
        raise LogoRefused(
            _("The SVG contains “%(name)s”, which is not allowed in a logo.") % {"name": name},
            field="logo",
        )
    if name == "style" and _reaches_out("".join(element.itertext())):
        raise LogoRefused(_("The SVG refers to something outside itself."), field="logo")
    for key, value in element.attrib.items():
        _check_attribute(_local(key), value)


def _reaches_out(styles: str) -> bool:
    """Tell whether style text names an address, in whichever function."""
    return "//" in styles or bool(_OUTWARD.search(styles))


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise LogoRefused(
            _("The SVG contains a script (“%(name)s”). Remove it and try again.") % {"name": name},
            field="logo",
        )
    if (name in {"href", "src"} and not value.startswith("#")) or _OUTWARD.search(value):
        raise LogoRefused(_("The SVG refers to something outside itself."), field="logo")


def _local(tag: object) -> str:
    return str(tag).rsplit("}", 1)[-1].lower()
