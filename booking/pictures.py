"""Uploaded photos: what is accepted, and the clean pictures that are kept; pure.

A photo is decoded, turned upright and written anew, which drops everything that is not the
picture: where it was taken, by whom, and with what.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from spotex.kernel.errors import RuleViolation

MAX_BYTES: Final = 10 * 1_024 * 1_024
MAX_PIXELS: Final = 50_000_000
_SHRINKS_WHILE_READ: Final = "JPEG"
_MAX_PIXELS_AT_ONCE: Final = 25_000_000
"""Of the other kinds, which are unpacked as a whole before they can be made smaller."""

LARGE_SIDE: Final = 1_600
SMALL_SIDE: Final = 480
LEAST_SIDE: Final = 240
_NOT_SHRUNK_WELL: Final = frozenset({"1", "P", "PA"})
_QUALITY: Final = 82
_WHITE: Final = (255, 255, 255)
_T: Final = Image.Transpose
_TURNS: Final = MappingProxyType(
    {
        2: _T.FLIP_LEFT_RIGHT,
        3: _T.ROTATE_180,
        4: _T.FLIP_TOP_BOTTOM,
        5: _T.TRANSPOSE,
        6: _T.ROTATE_270,
        7: _T.TRANSVERSE,
        8: _T.ROTATE_90,
    }
)
"""By what a camera says of how it was held."""


_DEEP: Final = ("I", "I;16", "I;16B", "I;16L", "I;16N")


class PhotoRefused(RuleViolation):
    """The file is too large, too small, or no photo."""

    code = "photo_refused"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A clean photo in two sizes, as JPEG; width and height are the large one's."""

    large: bytes
    small: bytes
    width: int
    height: int


def clean_photo(content: bytes) -> Picture:
    """Return the clean form of an uploaded photo.

    Raises:
        PhotoRefused: over 10 MB, neither JPEG, PNG nor WebP, too many pixels or too few.
    """
    if len(content) > MAX_BYTES:
        raise PhotoRefused(_("A photo may be at most 10 MB."), field="file")
    large = _read(content)
    small = large.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(large=_write(large), small=_write(small), width=large.width, height=large.height)


def _read(content: bytes) -> Image.Image:
    """Return a photo no larger than it is kept, upright and on white."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"])
            _require_size(image)
            # Made small first: all that follows works on few pixels, whatever came.
            image.draft("RGB", (LARGE_SIDE, LARGE_SIDE))
            if image.mode in _DEEP:  # sixteen bits of grey: the upper eight are seen
                image = image.point(lambda value: value / 256).convert("L")
            if image.mode in _NOT_SHRUNK_WELL:
                image = image.convert("RGBA")
            image.thumbnail((LARGE_SIDE, LARGE_SIDE))
            return _flatten(_turn(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoRefused(_("The picture has too many pixels."), field="file") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise PhotoRefused(_("This is not a JPEG, PNG or WebP picture."), field="file") from error


def _require_size(image: Image.Image) -> None:
    """Pass if a picture that is not unpacked yet has neither too many pixels nor too few."""
    most = MAX_PIXELS if image.format == _SHRINKS_WHILE_READ else _MAX_PIXELS_AT_ONCE
    if image.width * image.height > most:
        raise PhotoRefused(_("The picture has too many pixels."), field="file")
    if min(image.size) < LEAST_SIDE:
        raise PhotoRefused(
            _("The photo is too small: each side needs %(n)s pixels.") % {"n": LEAST_SIDE},
            field="file",
        )


def _turn(image: Image.Image) -> Image.Image:
    """Return a photo upright; where what the camera said cannot be read, as it is."""
    try:
        said = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001  strangers' bytes: it says nothing then
        said = None
    turn = _TURNS.get(said) if isinstance(said, int) else None
    return image if turn is None else image.transpose(turn)


def _flatten(image: Image.Image) -> Image.Image:
    """Return a picture without transparency, on white."""
    clear = image.convert("RGBA")
    paper = Image.new("RGB", clear.size, _WHITE)
    paper.paste(clear, mask=clear)
    return paper


def _write(image: Image.Image) -> bytes:
    result = io.BytesIO()
    image.save(result, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return result.getvalue()
