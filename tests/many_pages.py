"""An archive of any number of pages, each a measure of its own in words of the lexicon: for tests and benches."""

import random
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from data.archive import Archive
from data.model import Outcome, Page
from index.tokens import read_lexicon

HTML = (("Content-Type", "text/html; charset=utf-8"),)
SOURCE = "haizhu"

_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2025-12-20 10:00"></head>
<body><div class="nav">首页 &gt; 政务公开</div><h1>{title}</h1>
<table class="xxgk"><tr><td>索引号：</td><td>GZ{number:06}</td><td>有效性：</td><td>有效</td></tr></table>
<div id="zoomcon" class="TRS_Editor">{body}</div><div class="footer">主办：某办公室</div></body></html>"""


def url(number: int) -> str:
    """Return the address of page `number`."""
    return f"https://www.haizhu.gov.cn/zwgk/content/post_{number}.html"


def page(number: int, at: datetime, *, clauses: int = 20, version: int = 0) -> Page:
    """Return page `number`: always the same for the same version, each clause of about 120 characters."""
    dice, words = random.Random(number), read_lexicon()  # noqa: S311 - the same words each time
    parts = [f"第{place}条　{''.join(dice.choices(words, k=40))}。" for place in range(2, clauses)]
    amount = 10 + number % 90 + version
    grant = f"第一条　对通过国家生成式人工智能服务备案的企业，每个模型给予{amount}万元一次性奖励。"
    body = "".join(f"<p>{part}</p>" for part in (grant, *parts))
    title = f"{''.join(dice.choices(words, k=6))}支持办法（{number}）"
    return Page(url(number), at, 200, HTML, _PAGE.format(title=title, number=number, body=body).encode())


def archive(folder: Path, pages: Iterable[Page], at: datetime, source: str = SOURCE) -> None:
    """Enter pages in one run of a source."""
    with Archive(folder) as held:
        run = held.begin(source, at)
        for one in pages:
            held.put(run, one)
        held.finish(run, Outcome.OK, at=at)
