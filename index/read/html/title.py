"""The title that a page shows, and which of the places that name one to believe."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lxml import etree

from index.read.html.marks import Marks
from index.read.parts import Label

NAMED_TITLE = frozenset(("标题", "名称", "信息名称", "文件名称", "公文名称"))

_NAMES = ("#ti", "#title", "#articletitle", ".title", ".article-title", ".article_title", ".arttitle", ".tit", ".bt",
    ".xl-title", ".content_title", ".news_title", ".info_title", ".detail-title", ".con_title")  # fmt: skip
_OPEN_GRAPH = etree.XPath("//meta[@property='og:title']/@content")
_MARKUP = re.compile(r"</?(?:br|em|font|span|b|strong|p|i|u|sup|sub|div)\b[^<>]*/?>", re.I)
_CUT_OFF = re.compile(r"(?:…|\.{2,})$")
_SITE = re.compile(r"\s*[-_—|–]+[^-_—|–]*(?:网|门户|网站|平台|政府|局|厅|委|办公室|部|委员会)(?:-[^-]*)?$")
_TITLE_WORD = re.compile(
    r"通知|意见|办法|细则|措施|规定|方案|公告|通告|条例|计划|决定|规划|指南|函|批复|关于|政策|公示|解读|征求|令$|章程|标准"
)
_LETTERS = re.compile(r"[\W_]+")

LONGEST = 300
MOST_HEADINGS = 40


def title_of(root: etree._Element, marks: Marks, labels: Sequence[Label], top: Sequence[str]) -> str | None:
    """Return the heading of a page, or None if it shows none.

    labels: of the whole page. top: first lines of the body container, which decide between the others.
    """
    column = {_letters(label.value) for label in labels if label.name in ("ColumnName", "SiteName", "lanmu")}
    candidates = [
        title
        for raw in _candidates(root, marks, labels)
        if 4 <= len(title := clean_title(raw)) <= LONGEST and _letters(title) not in column
    ]
    complete = [title for title in candidates if not _CUT_OFF.search(title)] or candidates
    if not complete:
        return None
    return _longer_of_same(_best(complete, _letters("".join(top[:8]))), complete)


def clean_title(raw: str) -> str:
    """Return a title without mark-up and with blanks joined."""
    return " ".join(_MARKUP.sub("", raw).split())


def _candidates(root: etree._Element, marks: Marks, labels: Iterable[Label]) -> Iterator[str]:
    known = list(labels)
    yield from (label.value for label in known if label.name == "ArticleTitle")
    headings = [*root.iter("h1"), *(element for name in _NAMES for element in marks.find(name))]
    yield from (_heading(element) for element in headings[:MOST_HEADINGS] if not marks.is_aside(element))
    yield from (label.value for label in known if label.name in NAMED_TITLE)
    yield from map(str, _OPEN_GRAPH(root)[:1])
    yield from (_SITE.sub("", "".join(element.itertext())[: 2 * LONGEST]) for element in islice(root.iter("title"), 1))


def _heading(element: etree._Element) -> str:
    return "".join(element.itertext())[: LONGEST + 1]


def _best(titles: Sequence[str], top: str) -> str:
    """Return the first that the text repeats; else the first that reads like a document's; else the first."""
    repeated = (title for title in titles if len(title) > 8 and _letters(title) in top)
    worded = (title for title in titles if _TITLE_WORD.search(title))
    return next(repeated, None) or next(worded, None) or titles[0]


def _longer_of_same(title: str, titles: Sequence[str]) -> str:
    """Return the title with the mark that the page sets before it, like （转载）, if it does."""
    letters = _letters(title)
    first = next((other for other in titles if _letters(other).endswith(letters)), title)
    return first if len(first) - len(title) <= 12 else title


def _letters(text: str) -> str:
    return _LETTERS.sub("", text)
