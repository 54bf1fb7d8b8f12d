"""What a file is by what is in it, and a copy of it without what it says by the way.

A photograph says where it was taken, a PDF who wrote it on which computer. Every file is written
anew from what can be seen of it, so that nothing hides behind it either.
"""

import io
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

import pikepdf
from PIL import Image, ImageOps

from referrals.errors import NotWellFormed

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
MOST_PAGES: Final = 500
QUALITY: Final = 88
_UNREADABLE: Final = "This file cannot be read: save it again, and try that."


class FileKind(StrEnum):
    """What may be attached."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TEXT = "text/plain"

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}.get(self, "txt")


class CleanFile(NamedTuple):
    """A file as it is kept."""

    kind: FileKind
    content: bytes


def cleaned_file(content: bytes) -> CleanFile:
    """A file fit to be kept.

    :raises NotWellFormed: for one that is empty, too large, or of no kind that is kept.
    """
    if not content:
        raise NotWellFormed("file", "The file is empty.")
    if len(content) > MOST_BYTES:
        raise NotWellFormed("file", "The file must be 20 MB or smaller.")
    kind = _kind_of(content)
    try:
        clean = _CLEANERS[kind](content)
    except NotWellFormed:
        raise
    except Exception:  # noqa: BLE001 -- whatever a crafted file makes the libraries raise
        raise NotWellFormed("file", _UNREADABLE) from None
    if len(clean) > MOST_BYTES:
        raise NotWellFormed("file", "The file must be 20 MB or smaller.")
    return CleanFile(kind, clean)


def _kind_of(content: bytes) -> FileKind:
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if any(ord(sign) < ord(" ") and sign not in "\n\r\t\f" for sign in text):
        raise NotWellFormed("file", "Attach a PDF, a JPEG or PNG picture, or plain text.")
    return FileKind.TEXT


def _clean_picture(content: bytes, form: str, **options: object) -> bytes:
    with Image.open(io.BytesIO(content), formats=[form]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise NotWellFormed("file", "The picture must have 40 million pixels or fewer.")
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if form == "PNG" else "RGB")
    plain.info = {}  # profiles, comments, places
    written = io.BytesIO()
    plain.save(written, form, **options)
    return written.getvalue()


def _clean_jpeg(content: bytes) -> bytes:
    return _clean_picture(content, "JPEG", quality=QUALITY)


def _clean_png(content: bytes) -> bytes:
    return _clean_picture(content, "PNG")


def _clean_pdf(content: bytes) -> bytes:
    """Without its author, its programs, what is attached to it and what it does by itself."""
    try:
        opened = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise NotWellFormed("file", "The PDF is locked with a password: save it without.") from None
    with opened as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise NotWellFormed("file", "The PDF must have 500 pages or fewer.")
        clean = pikepdf.new()
        for page in pdf.pages:
            clean.pages.append(page)
        for page in clean.pages:
            _take_off(page.obj, "/AA", "/Metadata", "/PieceInfo", "/LastModified")
            _keep_plain_annotations(page)
        written = io.BytesIO()
        clean.save(written, deterministic_id=True)
    return written.getvalue()


def _keep_plain_annotations(page: pikepdf.Page) -> None:
    """Forms stay as they look; what leads elsewhere, plays or carries a file goes."""
    kept = [each for each in page.obj.get("/Annots", []) if str(each.get("/Subtype")) in _PLAIN]
    for each in kept:
        _take_off(each, "/A", "/AA")
    if kept:
        page.obj["/Annots"] = pikepdf.Array(kept)
    else:
        _take_off(page.obj, "/Annots")


def _take_off(thing: pikepdf.Object, *names: str) -> None:
    for name in names:
        if name in thing:
            del thing[name]


_PLAIN: Final = ("/Widget", "/Highlight", "/Underline", "/StrikeOut", "/FreeText", "/Ink", "/Stamp")


def _clean_text(content: bytes) -> bytes:
    return content.decode("utf-8-sig").encode()


_CLEANERS: Final[dict[FileKind, Callable[[bytes], bytes]]] = {
    FileKind.PDF: _clean_pdf,
    FileKind.JPEG: _clean_jpeg,
    FileKind.PNG: _clean_png,
    FileKind.TEXT: _clean_text,
}
