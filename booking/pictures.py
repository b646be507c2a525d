"""Uploaded photos: what is accepted, and the clean pictures that are kept; pure.

A photo is decoded, turned upright and written anew, which drops everything that is not the
picture: where it was taken, by whom, and with what.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from spotex.kernel.errors import RuleViolation

MAX_BYTES: Final = 10 * 1_024 * 1_024
MAX_PIXELS: Final = 50_000_000
LARGE_SIDE: Final = 1_600
SMALL_SIDE: Final = 480
LEAST_SIDE: Final = 240
_QUALITY: Final = 82
_WHITE: Final = (255, 255, 255)


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
    upright = _read(content)
    if min(upright.size) < LEAST_SIDE:
        raise PhotoRefused(
            _("The photo is too small: each side needs %(n)s pixels.") % {"n": LEAST_SIDE},
            field="file",
        )
    large, size = _draw(upright, side=LARGE_SIDE)
    return Picture(
        large=large, small=_draw(upright, side=SMALL_SIDE)[0], width=size[0], height=size[1]
    )


def _read(content: bytes) -> Image.Image:
    """Return a photo upright and on white."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"])
            if image.width * image.height <= MAX_PIXELS:
                return _flatten(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoRefused(_("The picture has too many pixels."), field="file") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise PhotoRefused(_("This is not a JPEG, PNG or WebP picture."), field="file") from error
    raise PhotoRefused(_("The picture has too many pixels."), field="file")


def _flatten(image: Image.Image) -> Image.Image:
    """Return a picture without transparency, on white."""
    clear = image.convert("RGBA")
    paper = Image.new("RGB", clear.size, _WHITE)
    paper.paste(clear, mask=clear)
    return paper


def _draw(image: Image.Image, *, side: int) -> tuple[bytes, tuple[int, int]]:
    copy = image.copy()
    copy.thumbnail((side, side))
    result = io.BytesIO()
    copy.save(result, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return result.getvalue(), copy.size
