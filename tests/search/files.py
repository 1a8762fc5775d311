"""Files as people and as enemies make them."""

import io
import zipfile
import zlib

import docx
from pypdf import PdfReader, PdfWriter

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*pages: str, compressed: bool = False) -> bytes:
    """A PDF with one line after the other of each of ``pages``."""
    streams = [_shown(page).encode("latin-1") for page in pages]
    return pdf_of(*(zlib.compress(stream) if compressed else stream for stream in streams), compressed=compressed)


def _shown(page: str) -> str:
    lines = page.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").split("\n")
    return "BT /F1 12 Tf 72 720 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"


def pdf_of(*streams: bytes, compressed: bool) -> bytes:
    coding = b"/Filter /FlateDecode " if compressed else b""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(streams):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            b"<< %s/Length %d >>\nstream\n%s\nendstream" % (coding, len(stream), stream),
        ]
    return _with_table(objects)


def _with_table(objects: list[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


def locked_pdf(text: str, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(text))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scanned_pdf() -> bytes:
    """Pages without a word."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_whose_pages_hold_themselves() -> bytes:
    return _with_table(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 2 >>"]
    )


def pdf_whose_tables_follow_each_other_for_ever() -> bytes:
    content = pdf("circle")
    table = content.index(b"xref")
    return content.replace(b"trailer << ", b"trailer << /Prev %d " % table)


def pdf_nested(depth: int) -> bytes:
    return _with_table(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Deep " + b"[" * depth + b"]" * depth + b" >>",
            b"<< /Type /Pages /Kids [] /Count 0 >>",
        ]
    )


def pdf_bomb(megabytes: int) -> bytes:
    """Little on the disk, ``megabytes`` when it is unpacked, packed twice over."""
    packed = zlib.compress(zlib.compress(b"BT (bomb) Tj ET " * (megabytes * 65_536), 9), 9)
    return pdf_of(packed, compressed=True).replace(b"/FlateDecode ", b"[/FlateDecode /FlateDecode] ")


def pdf_that_takes_long(operators: int = 1_500_000) -> bytes:
    return pdf_of(zlib.compress(b"BT /F1 12 Tf (x) Tj ET\n" * operators), compressed=True)


def word_file(*paragraphs: str, table: str = "") -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        document.add_table(rows=1, cols=1).cell(0, 0).text = table
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_file_with(main_part: bytes) -> bytes:
    """A DOCX whose main part is another one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_file("x"))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in source.infolist():
            made.writestr(part, main_part if part.filename == "word/document.xml" else source.read(part))
    return out.getvalue()


def word_body(content: bytes, before: bytes = b"") -> bytes:
    return b'%s<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (before, WORD.encode(), content)


def word_bomb(megabytes: int) -> bytes:
    return word_file_with(word_body(b"<w:p><w:r><w:t>" + b"bomb " * (megabytes * 209_715) + b"</w:t></w:r></w:p>"))


def word_file_that_lies(megabytes: int) -> bytes:
    """It says that it is small when unpacked."""
    bomb = word_bomb(megabytes)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    return bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def word_file_of_many_tables(depth: int) -> bytes:
    return word_file_with(word_body(b"<w:tbl><w:tr><w:tc>" * depth + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * depth))


def billion_laughs() -> bytes:
    entities = b'<!ENTITY a0 "laugh">' + b"".join(
        b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    before = b"<!DOCTYPE x [" + entities + b"]>"
    return word_file_with(word_body(b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before))


def word_file_that_reads_other_files(address: str) -> bytes:
    before = f'<!DOCTYPE x [<!ENTITY secret SYSTEM "{address}">]>'.encode()
    return word_file_with(word_body(b"<w:p><w:r><w:t>before &secret; after</w:t></w:r></w:p>", before))
