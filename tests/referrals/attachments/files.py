"""Files as people have them, with what they say by the way."""

import io

import pikepdf
from PIL import Image, PngImagePlugin

TELLTALE = "Telltale-Camera-4711"


def a_jpeg(size=(640, 480)):
    """A photograph that says on what it was taken, and which way up."""
    picture = Image.new("RGB", size, (120, 30, 30))
    exif = picture.getexif()
    exif[0x010F] = TELLTALE  # the camera's maker
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[2] = (53.0, 24.0, 0.0)  # where it was taken
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif, comment=TELLTALE.encode())
    return written.getvalue()


def a_png():
    """A picture with words in it that nobody sees."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", TELLTALE)
    written = io.BytesIO()
    Image.new("RGBA", (32, 32), (0, 90, 90, 255)).save(written, "PNG", pnginfo=words)
    return written.getvalue()


def a_pdf(pages=2, **saved):
    """A PDF with an author, a program, a file in it, and a link."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.docinfo["/Author"] = TELLTALE
        with pdf.open_metadata() as about:
            about["dc:creator"] = [TELLTALE]
        pdf.attachments["notes.txt"] = TELLTALE.encode()
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=f"app.alert('{TELLTALE}')"
        )
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=f"https://{TELLTALE}.invalid"),
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
        written = io.BytesIO()
        pdf.save(written, **saved)
        return written.getvalue()
