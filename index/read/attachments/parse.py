"""What the worker does with one file: sniff, read, judge. Only here are the libraries for the formats loaded."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from index.read.attachments.limits import Limits
from index.read.attachments.result import Members, Read, UnreadableError
from index.read.attachments.sniff import Kind, sniff
from index.read.integrity import Verdict, judge_whole, unify


def parse(body: bytes, limits: Limits) -> Read | Members:
    """Read one file, or take the files out of an archive. What cannot be read is said in the result's problem."""
    kind: Kind | None = None
    try:
        kind = sniff(body)
        return _READERS[kind](body, limits)
    except UnreadableError as error:
        return Read(None, None, str(error))
    except (etree.XMLSyntaxError, etree.XMLSchemaError) as error:
        return Read(None, None, f"{kind} 文件内容损坏，无法读取（{error.msg}）" if kind else "文件损坏，无法读取")


def _pdf(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.pdf import read_pdf

    return _finished(read_pdf(body, limits), limits)


def _image(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.ocr import read_image

    text, problem = read_image(body, limits)
    return _finished(Read(text, "ocr", problem), limits)


def _docx(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.docx import read_docx

    return _judged(Read(read_docx(body, limits), "docx"), limits)


def _xlsx(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.xlsx import read_xlsx

    text, problem = read_xlsx(body, limits)
    return _judged(Read(text, "xlsx", problem), limits)


def _doc(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.doc import read_doc

    return _judged(Read(read_doc(body), "doc"), limits)


def _xls(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.xls import read_xls

    text, problem = read_xls(body, limits)
    return _judged(Read(text, "xls", problem), limits)


def _ofd(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.ofd import read_ofd

    return _judged(read_ofd(body, limits), limits)


def _rtf(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.plain import read_rtf

    return _judged(Read(read_rtf(body), "rtf"), limits)


def _text(body: bytes, limits: Limits) -> Read:
    from index.read.attachments.plain import read_text

    return _judged(Read(read_text(body), "text"), limits)


def _zip(body: bytes, limits: Limits) -> Members:
    from index.read.attachments.archive import members

    return members(body, limits)


def _judged(read: Read, limits: Limits) -> Read:
    """Leave out a damaged text, of which no image could be recognised instead."""
    finding = judge_whole(read.text or "")
    if finding.verdict is Verdict.DAMAGED:
        return Read(None, read.method, _with(read.problem, "文字层损坏（多数文字丢失或乱码），未采用"))
    if finding.rule == "lost_signs":
        read = replace(read, problem=_with(read.problem, "文中有丢失的字符（�），请核对原件"))
    return _finished(read, limits)


def _finished(read: Read, limits: Limits) -> Read:
    text = _tidy(read.text or "")
    problem = read.problem
    if len(text) > limits.characters:
        problem = _with(problem, f"文字超过 {limits.characters} 字，只保留前 {limits.characters} 字")
        text = text[: limits.characters]
    if not text:
        return Read(None, read.method, problem or "文件中没有文字")
    return Read(text, read.method, problem)


def _tidy(text: str) -> str:
    """Return the lines that hold something, without blanks at their ends; a tab at the start is an empty cell."""
    lines = (line.strip(" \r\u3000\xa0\ufeff").rstrip() for line in unify(text.replace("\r\n", "\n")).split("\n"))
    return "\n".join(line for line in lines if line.strip())


def _with(problem: str | None, another: str) -> str:
    return f"{problem}；{another}" if problem else another


_READERS: Mapping[Kind, Callable[[bytes, Limits], Read | Members]] = {
    Kind.PDF: _pdf,
    Kind.IMAGE: _image,
    Kind.DOCX: _docx,
    Kind.XLSX: _xlsx,
    Kind.DOC: _doc,
    Kind.XLS: _xls,
    Kind.OFD: _ofd,
    Kind.RTF: _rtf,
    Kind.TEXT: _text,
    Kind.ZIP: _zip,
}
