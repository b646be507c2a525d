"""The corpus of logos: what people upload by mistake, and what others upload on purpose."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tenants.logos import MAX_BYTES, MAX_SIDE, LogoRefused, clean_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def _picture(kind: str, *, size: tuple[int, int] = (8, 4), mode: str = "RGB", **options) -> bytes:
    result = io.BytesIO()
    Image.new(mode, size, 200).save(result, kind, **options)
    return result.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def _png(width: int, height: int, pixels: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(pixels))
        + _chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_as_png(kind: str) -> None:
    logo = clean_logo(_picture(kind))

    image = Image.open(io.BytesIO(logo.content))
    assert (image.format, image.size, image.mode) == ("PNG", (8, 4), "RGBA")
    assert logo.filename.startswith(("logo-", "mark-"))
    assert logo.filename.endswith(".png")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_kind_of_png_is_drawn_anew(mode: str) -> None:
    assert Image.open(io.BytesIO(clean_logo(_picture("PNG", mode=mode)).content)).size == (8, 4)


def test_a_large_picture_is_made_smaller() -> None:
    logo = clean_logo(_picture("PNG", size=(2_000, 1_000)))

    assert Image.open(io.BytesIO(logo.content)).size == (MAX_SIDE, MAX_SIDE // 2)


def test_what_is_not_a_picture_is_lost_on_the_way() -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"

    logo = clean_logo(_picture("JPEG", exif=exif) + b"<?php system('id'); ?>")

    assert b"script" not in logo.content
    assert b"php" not in logo.content


def test_the_name_follows_from_the_content() -> None:
    first, second = clean_logo(_picture("PNG")), clean_logo(_picture("PNG"))

    assert first == second
    assert clean_logo(_picture("PNG", size=(4, 4))).filename != first.filename


def test_twenty_megabytes_are_refused() -> None:
    with pytest.raises(LogoRefused, match="2 MB") as caught:
        clean_logo(_picture("PNG") + b"\0" * 20 * 1024 * 1024)

    assert (caught.value.field, caught.value.code) == ("logo", "logo_refused")


def test_the_limit_is_exact() -> None:
    picture = _picture("PNG")

    assert clean_logo(picture + b"\0" * (MAX_BYTES - len(picture))).filename.endswith(".png")
    with pytest.raises(LogoRefused, match="2 MB"):
        clean_logo(picture + b"\0" * (MAX_BYTES - len(picture) + 1))


REFUSED = {
    "nothing": b"",
    "one byte": b"\x89",
    "program": b"MZ\x90\x00\x03" + b"\0" * 400,
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 400,
    "pdf": b"%PDF-1.7\n1 0 obj",
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "text": "Questo non è un logo".encode(),
    "gif": _picture("GIF", mode="P"),
    "bmp": _picture("BMP"),
    "tiff": _picture("TIFF"),
    "ico": _picture("ICO", size=(16, 16)),
    "truncated png": _picture("PNG", size=(90, 90))[:60],
    "truncated jpeg": _picture("JPEG", size=(90, 90))[:300],
    "truncated webp": _picture("WEBP", size=(90, 90))[:40],
    "png without pixels": _png(10, 10),
    "png of no size": _png(0, 0),
    "bomb by pixels": _png(6_000, 6_000, b"\0"),
    "bomb that warns": _png(10_000, 10_000, b"\0"),
    "bomb that fails": _png(30_000, 30_000, b"\0"),
    "bomb of the largest size": _png(2**31 - 1, 2**31 - 1, b"\0"),
    "html": b"<!doctype html><html><body>logo</body></html>",
    "html without doctype": b"<html><script>alert(1)</script></html>",
    "php": b"<?php echo 1; ?>",
    "xml": b"<note/>",
    "half an svg": b"<svg><g>",
    "svg in an encoding that nobody knows": b"<?xml version='1.0' encoding='bogus'?><svg/>",
    "svg with styles from elsewhere": SVG.format(
        "<style>g { background: image-set('http://evil.test/x' 1x) }</style>",
    ).encode(),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(LogoRefused) as caught:
        clean_logo(content)

    assert caught.value.field == "logo"
    assert caught.value.message


@pytest.mark.parametrize("side", [6_000, 10_000, 30_000])
def test_a_picture_with_too_many_pixels_reads_so(side: int) -> None:
    with pytest.raises(LogoRefused, match="too many pixels"):
        clean_logo(_png(side, side, b"\0"))


HARMLESS = {
    "shapes": SVG.format('<g fill="#f00"><path d="M0 0h1"/><circle r="1"/></g>'),
    "gradient": SVG.format(
        '<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs>'
        '<rect fill="url(#a)"/>',
    ),
    "use": SVG.format('<symbol id="s"/><use href="#s"/><use xlink:href="#s"/>'),
    "style": SVG.format("<style>.a{fill:url('#a')}</style><title>Logo</title>"),
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>\n' + SVG.format("<g/>"),
    "comment": "<!-- made by hand -->" + SVG.format("<g/>"),
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_harmless_svg_is_kept_as_it_is(text: str) -> None:
    logo = clean_logo(text.encode())

    assert logo.content == text.encode()
    assert logo.filename.endswith(".svg")


def test_an_svg_may_begin_with_a_byte_order_mark() -> None:
    content = b"\xef\xbb\xbf \n" + SVG.format("<g/>").encode()

    assert clean_logo(content.lstrip(b" ")).content == content


DANGEROUS = {
    "script": "<script>alert(1)</script>",
    "script of another name space": '<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>',
    "onload": '<g onload="alert(1)"/>',
    "ONLOAD": '<g ONLOAD="alert(1)"/>',
    "onclick deep inside": '<g><g><path onclick="x()"/></g></g>',
    "foreign object": "<foreignObject><p>hello</p></foreignObject>",
    "frame": '<iframe src="https://evil.test"/>',
    "picture": '<image href="https://evil.test/pixel.png"/>',
    "link": '<a href="https://evil.test"><path/></a>',
    "animation": '<animate attributeName="href" to="javascript:alert(1)"/>',
    "set": '<set attributeName="onload" to="alert(1)"/>',
    "use of elsewhere": '<use href="https://evil.test/x.svg#a"/>',
    "use by xlink": '<use xlink:href="//evil.test/x.svg#a"/>',
    "use of data": '<use href="data:image/svg+xml;base64,PHN2Zz4="/>',
    "fill from elsewhere": '<rect fill="url(https://evil.test/a#b)"/>',
    "fill in quotes": "<rect fill=\"url( 'https://evil.test/a')\"/>",
    "style attribute": '<rect style="background:url(//evil.test)"/>',
    "style import": "<style>@import 'https://evil.test/a.css';</style>",
    "style url": "<style>a{background:URL(https://evil.test)}</style>",
    "style behind a child": "<style><desc/>@import 'https://evil.test/a.css';</style>",
    "style in escapes": r"<style>a{background:u\72l(https://evil.test)}</style>",
    "javascript": '<rect filter="javascript:alert(1)"/>',
    "expression": '<rect style="width:expression(alert(1))"/>',
}


@pytest.mark.parametrize("inner", DANGEROUS.values(), ids=DANGEROUS.keys())
def test_an_svg_that_could_act_is_refused(inner: str) -> None:
    with pytest.raises(LogoRefused) as caught:
        clean_logo(SVG.format(inner).encode())

    assert caught.value.field == "logo"


def test_an_svg_with_its_own_onload_is_refused() -> None:
    with pytest.raises(LogoRefused, match="onload"):
        clean_logo(SVG.format("").replace("<svg", '<svg onload="alert(1)"').encode())


LAUGHS = """<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>"""
OUTSIDE = """<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg"><text>&f;</text></svg>"""
SHEET = '<?xml-stylesheet type="text/xsl" href="https://evil.test/a.xsl"?>'


@pytest.mark.parametrize(
    "text",
    [LAUGHS, OUTSIDE, SHEET + SVG.format("<g/>"), SVG.format(SHEET), SVG.format("<g/>") + SHEET],
    ids=["entities", "file", "sheet before", "sheet inside", "sheet behind"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_an_svg_with_a_document_type_or_a_sheet_is_refused(text: str, encoding: str) -> None:
    with pytest.raises(LogoRefused):
        clean_logo(text.encode(encoding))


def test_an_svg_nested_too_deeply_is_refused_or_kept_but_never_fails() -> None:
    deep = SVG.format("<g>" * 20_000 + "</g>" * 20_000).encode()

    assert clean_logo(deep).content == deep


@settings(max_examples=150)
@given(kind=st.sampled_from(["PNG", "JPEG", "WEBP"]), data=st.data())
def test_a_damaged_picture_is_drawn_or_refused(kind: str, data: st.DataObject) -> None:
    content = bytearray(_picture(kind, size=(12, 12)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    try:
        name = clean_logo(bytes(content[:cut])).filename
    except LogoRefused as refused:
        name = refused.code

    assert name == "logo_refused" or name.startswith(("logo-", "mark-"))


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"<svg>{text}".encode()))
def test_any_bytes_are_drawn_or_refused(content: bytes) -> None:
    try:
        name = clean_logo(content).filename
    except LogoRefused as refused:
        name = refused.code

    assert name == "logo_refused" or name.startswith(("logo-", "mark-"))


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ('viewBox="0 0 100 100"', "mark-"),
        ('viewBox="0,0,300,100"', "logo-"),
        ('width="300px" height="100"', "logo-"),
        ('width="100%" height="100"', "mark-"),
        ('width="300" height="0"', "mark-"),
        ("", "mark-"),
    ],
)
def test_the_name_tells_the_shape(attributes: str, name: str) -> None:
    text = SVG.format("<g/>").replace("<svg", f"<svg {attributes}")

    assert clean_logo(text.encode()).filename.startswith(name)
