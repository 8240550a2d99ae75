"""An archive for tests of versions and relations: a measure in three states, its draft, and a notice that cites it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.archive import Archive
from data.model import Outcome, Page

SITE = "https://www.jiaxing.gov.cn/art"
URL = f"{SITE}/2024/12/5/art_1229782153_2072.html"
ID = "cn-330400-2024-ai-hq-plan"
TITLE = "嘉兴市推动人工智能高质量发展实施方案"
BEGAN = datetime(2026, 9, 1, 1, tzinfo=UTC)
HTML = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="ContentSource" content="嘉兴市人民政府"></head><body>
<h1>{title}</h1><div id="zoom"><p>为推动人工智能高质量发展，结合本市实际，制定本方案。</p>{body}</div></body></html>"""
FIRST = (
    "<p>第一条 本方案适用于本市登记的人工智能企业。</p>"
    "<p>第二条 对通过备案的企业，给予一次性奖励50万元。</p><p>第三条 本方案自2024年10月10日起施行。</p>"
)
SET_OTHERWISE = FIRST.replace("，", ", ").replace("第二条 ", "第二条　 ")
"""The same words with other punctuation and blanks: no version."""

AMENDED = FIRST.replace("50万元", "100万元") + "<p>第四条 本方案由市经济和信息化局负责解释。</p>"
NOTICE = (
    f"<p>根据《{TITLE}》，现组织申报备案奖励。申报时间为2026年11月2日至2026年12月4日17:30。</p>"
    "<p>一、申报材料</p><p>1.申报书；2.备案证明。</p><p>二、联系方式</p><p>嘉兴市经济和信息化局数字经济处。</p>"
)
NOTICE_URL, DRAFT_URL = f"{SITE}/2026/11/2/art_1229782153_3001.html", f"{SITE}/2024/8/1/art_1229782153_1900.html"
NOTICE_TITLE, DRAFT_TITLE = "关于组织申报2026年嘉兴市人工智能备案奖励的通知", f"{TITLE}（征求意见稿）"


def page(at: datetime, body: str, url: str = URL, title: str = TITLE) -> Page:
    """Return a page of a government site."""
    return Page(url, at, 200, (("Content-Type", "text/html"),), HTML.format(title=title, body=body).encode())


def put(folder: Path, *bodies: str, began: datetime = BEGAN, outcome: Outcome = Outcome.OK) -> None:
    """Enter one run a week, each of which finds the measure's page with the next body."""
    with Archive(folder) as held:
        for week, body in enumerate(bodies):
            at = began + timedelta(weeks=week)
            run = held.begin("jiaxing", at)
            held.put(run, page(at + timedelta(seconds=3), body))
            held.finish(run, outcome, at=at + timedelta(minutes=1))


def put_all(folder: Path) -> None:
    """Enter the measure in three states, of which two say the same, its draft, and a notice that cites it."""
    put(folder, FIRST, SET_OTHERWISE, AMENDED)
    with Archive(folder) as held:
        at = BEGAN + timedelta(weeks=9)
        run = held.begin("jiaxing", at)
        held.put(run, page(at, NOTICE, NOTICE_URL, NOTICE_TITLE))
        held.put(run, page(at + timedelta(seconds=2), FIRST, DRAFT_URL, DRAFT_TITLE))
        held.finish(run, Outcome.OK)
