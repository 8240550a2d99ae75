"""How to cite a document: as GB/T 7714 has it for official papers on the web, and as people write it in a sentence."""

from datetime import date

from data.model import Document, DocumentKind
from index.words import say_date

MARKS = {DocumentKind.STANDARD: "S", DocumentKind.READING: "EB"}
"""文献类型标识; all other kinds are official papers, `A`."""

MOST_ISSUERS = 3


def gb7714(document: Document, day: date) -> str | None:
    """Return the reference in the form of GB/T 7714; `None` for a document whose title is not known.

    day: on which it was read. A title that is not the official one stands in brackets.
    """
    title = document.title or (f"[{document.working_title}]" if document.working_title else None)
    if title is None:
        return None
    issuers = "，".join(document.issuers[:MOST_ISSUERS]) + ("，等" if len(document.issuers) > MOST_ISSUERS else "")
    number = f"：{document.doc_number}" if document.doc_number else ""
    mark, published = MARKS.get(document.kind, "A"), document.published or document.written
    dated = f"({published.isoformat()})" if published else ""
    parts = [f"{issuers}." if issuers else "", f"{title}{number}[{mark}{'/OL' if document.url else ''}]."]
    if document.url:
        parts += [f"{dated}[{day.isoformat()}].", f"{document.url}."]
    elif dated:
        parts.append(f"{dated}.")
    return " ".join(part for part in parts if part)


def plain(document: Document) -> str | None:
    """Return 《题名》（发文字号），机关，日期，网址; what is not known is left out, `None` without a title."""
    title = document.title or document.working_title
    if title is None:
        return None
    day = document.published or document.written
    name = f"《{title}》" + (f"（{document.doc_number}）" if document.doc_number else "")
    rest = ["、".join(document.issuers), f"{say_date(day)}" if day else "", document.url or ""]
    return "，".join(part for part in (name, *rest) if part)
