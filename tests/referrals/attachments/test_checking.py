"""What is kept of a file is what can be seen of it, and only files that can be read again."""

import io

import pikepdf
import pytest
from PIL import Image

from referrals.attachments import checking
from referrals.attachments.checking import FileKind, cleaned_file
from referrals.errors import NotWellFormed
from tests.referrals.attachments.files import TELLTALE, a_jpeg, a_pdf, a_png


@pytest.mark.parametrize(
    ("made", "kind"),
    [(a_jpeg, FileKind.JPEG), (a_png, FileKind.PNG), (a_pdf, FileKind.PDF)],
)
def test_nothing_a_file_says_by_the_way_is_kept(made, kind):
    content = made()
    assert TELLTALE.encode() in content or kind is FileKind.PDF

    clean = cleaned_file(content)

    assert clean.kind is kind
    assert TELLTALE.encode() not in clean.content
    assert cleaned_file(clean.content).kind is kind


def test_a_photograph_stands_upright_and_says_no_place():
    with Image.open(io.BytesIO(cleaned_file(a_jpeg()).content)) as picture:
        assert picture.size == (480, 640)
        assert dict(picture.getexif()) == {}


def test_a_pdf_keeps_its_pages_and_loses_what_it_does_by_itself():
    with pikepdf.open(io.BytesIO(a_pdf())) as before:
        assert "/OpenAction" in before.Root
        assert TELLTALE in str(before.docinfo["/Author"])
    with pikepdf.open(io.BytesIO(cleaned_file(a_pdf()).content)) as pdf:
        assert len(pdf.pages) == 2
        assert "/OpenAction" not in pdf.Root
        assert "/Names" not in pdf.Root
        assert "/Author" not in pdf.docinfo
        assert "/Annots" not in pdf.pages[0].obj


def test_text_is_kept_as_it_is_without_its_mark():
    assert (
        cleaned_file("\ufeffZoë said “no”.\r\n".encode()).content == "Zoë said “no”.\r\n".encode()
    )


LOCKED = a_pdf(encryption=pikepdf.Encryption(user="secret", owner="secret"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "Attach a PDF"),
        (b"PK\x03\x04 an archive", "Attach a PDF"),
        (b"\x00\x01\x02", "Attach a PDF"),
        ("Zoë".encode("latin-1"), "Attach a PDF"),
        (b"%PDF-1.7 and nothing else", "cannot be read"),
        (b"\xff\xd8\xff and nothing else", "cannot be read"),
        (a_jpeg()[:400], "cannot be read"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
        (LOCKED, "password"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(content, said):
    with pytest.raises(NotWellFormed, match=said) as refusal:
        cleaned_file(content)
    assert refusal.value.field == "file"


def test_a_picture_that_is_a_bomb_is_not_unfolded(monkeypatch):
    monkeypatch.setattr(checking, "MOST_PIXELS", 640 * 480 - 1)
    with pytest.raises(NotWellFormed, match="million pixels"):
        cleaned_file(a_jpeg())
    assert cleaned_file(a_png())


def test_too_large_is_refused_before_it_is_looked_at(monkeypatch):
    monkeypatch.setattr(checking, "MOST_BYTES", 1000)
    with pytest.raises(NotWellFormed, match="20 MB"):
        cleaned_file(b"%PDF-" + bytes(1000))
    assert cleaned_file(b"short").kind is FileKind.TEXT
