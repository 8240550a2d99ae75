"""Files of every kind that is read, made anew for each run; their texts are written for the tests."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

import docx
import openpyxl
import pypdfium2
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index import system

WIDTH, HEIGHT = 595.0, 842.0
LEFT, SIZE, LEADING = 90.0, 14.0, 24.0
ACROSS = 28
"""Characters of a full line."""

SONG = "STSong-Light"

_LIST = """<w:abstractNum {ns} w:abstractNumId="7"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="space"/>
<w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/>
<w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3."/></w:lvl>
</w:abstractNum>"""


def pdf(pages: Sequence[Sequence[str]], *, head: str = "", password: str = "") -> bytes:
    """A PDF with a text layer. Each text is a paragraph: indented, broken into lines; pages have heads and numbers."""
    canvas, out = _canvas(password)
    for number, texts in enumerate(pages, 1):
        canvas.setFont(SONG, SIZE)
        canvas.drawString(LEFT, HEIGHT - 40, head)
        canvas.drawString(WIDTH / 2 - 15, 30, f"— {number} —")
        down = HEIGHT - 110
        for text in texts:
            for line in _broken(text):
                canvas.drawString(LEFT + (2 * SIZE if line.startswith("\u3000") else 0), down, line.strip("\u3000"))
                down -= LEADING
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdf_with_table(before: str, rows: Sequence[Sequence[str]], after: str) -> bytes:
    """A PDF of one page with a ruled table between two lines."""
    canvas, out = _canvas("")
    canvas.setFont(SONG, SIZE)
    canvas.drawString(LEFT, HEIGHT - 110, before)
    top, wide, high = HEIGHT - 140, 140.0, 30.0
    columns = len(rows[0])
    canvas.grid(
        [LEFT + wide * column for column in range(columns + 1)], [top - high * row for row in range(len(rows) + 1)]
    )
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            canvas.drawString(LEFT + wide * column + 5, top - high * number - 20, cell)
    canvas.drawString(LEFT, top - high * len(rows) - 40, after)
    canvas.save()
    return out.getvalue()


def scan(lines: Sequence[str], *, layer: Sequence[str] = (), pages: int = 1) -> bytes:
    """A PDF whose pages are images of the lines. layer: invisible text on them, as a bad recognition leaves it."""
    canvas, out = _canvas("")
    image = ImageReader(picture(lines))
    for _ in range(pages):
        canvas.drawImage(image, 0, 0, WIDTH, HEIGHT)
        text = canvas.beginText(LEFT, HEIGHT - 110)
        text.setFont(SONG, SIZE, LEADING)
        text.setTextRenderMode(3)
        text.textLines("\n".join(layer))
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def merged(*files: bytes) -> bytes:
    """One PDF of the pages of several."""
    out = io.BytesIO()
    target = pypdfium2.PdfDocument.new()
    for body in files:
        with pypdfium2.PdfDocument(body) as source:
            target.import_pages(source)
    target.save(out)
    target.close()
    return out.getvalue()


def picture(lines: Sequence[str]) -> Image.Image:
    """An image of a page at 150 dpi, in whatever Chinese font there is."""
    system.ensure(["font"])
    font = ImageFont.truetype(str(system.find("font")), 32)
    image = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((150, 220 + 60 * number), line, fill="black", font=font)
    return image


def png(lines: Sequence[str]) -> bytes:
    out = io.BytesIO()
    picture(lines).save(out, "PNG")
    return out.getvalue()


def numbered_docx(paragraphs: Sequence[tuple[str, int | None]], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A DOCX whose paragraphs have their level in a list (第X条, （一）, 1.1.), or none; then a table."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for element in list(numbering):
        numbering.remove(element)
    numbering.append(parse_xml(_LIST.format(ns=nsdecls("w"))))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="3"><w:abstractNumId w:val="7"/></w:num>'))
    for text, level in paragraphs:
        paragraph = document.add_paragraph(text)
        if level is not None:
            numbered = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(numbered))
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                table.cell(number, column).text = cell
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_of(body: str) -> bytes:
    """A DOCX of the bare XML of its body."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode()})


def xlsx() -> bytes:
    """Two visible sheets with formats that change what figures mean, and a hidden one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "奖励表"
    sheet.append(["类别", "比例", "金额", "日期"])
    sheet.append(["算力券", 0.3, 200, date(2026, 1, 1)])
    sheet["B2"].number_format = "0%"
    sheet["C2"].number_format = '#,##0"万元"'
    book.create_sheet("名单").append([1, "云溪智算有限公司"])
    hidden = book.create_sheet("草稿")
    hidden.append(["作废", 999])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ofd(pages: Sequence[Sequence[str]]) -> bytes:
    """An OFD, a text object for each line; lines that start with two ideographic blanks are indented."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for page, lines in enumerate(pages):
        texts = "".join(_ofd_text(place, line) for place, line in enumerate(lines))
        area = "<ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>"
        content = f"<ofd:Content><ofd:Layer>{texts}</ofd:Layer></ofd:Content>"
        members[f"Doc_0/Pages/Page_{page}/Content.xml"] = f"<ofd:Page {space}>{area}{content}</ofd:Page>"
    return packed({name: content.encode() for name, content in members.items()})


def scanned_ofd(lines: Sequence[str]) -> bytes:
    """An OFD of one page that is an image."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    resource = '<ofd:MultiMedia ID="9" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/DocumentRes.xml": f'<ofd:Res {space} BaseLoc="Res">{resource}</ofd:Res>',
        "Doc_0/Content.xml": f'<ofd:Page {space}><ofd:ImageObject ID="2" ResourceID="9"/></ofd:Page>',
    }
    return packed({**{name: content.encode() for name, content in members.items()}, "Doc_0/Res/a.png": png(lines)})


def packed(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of the members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _ofd_text(place: int, line: str) -> str:
    text = line.strip("\u3000")
    left = 40 if line.startswith("\u3000") else 30
    box = f"{left} {50 + 9 * place} 150 5"
    code = f'<ofd:TextCode X="0" Y="4.5" DeltaX="g {len(text) - 1} 5">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="{place}" Boundary="{box}" Font="1" Size="5">{code}</ofd:TextObject>'


def _canvas(password: str) -> tuple[Canvas, io.BytesIO]:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    out = io.BytesIO()
    encrypt = StandardEncryption(password, canPrint=0) if password else None
    return Canvas(out, pagesize=(WIDTH, HEIGHT), encrypt=encrypt), out


def _broken(text: str) -> list[str]:
    """The lines of a paragraph, the first with its indent of two; one that starts with a line break has none."""
    first = 0 if text.startswith("\n") else ACROSS - 2
    rest = text[first:].strip()
    return [
        *(["\u3000" + text[:first]] if first else []),
        *(rest[at : at + ACROSS] for at in range(0, len(rest), ACROSS)),
    ]
