"""导入: a page or file that somebody saved by hand, put into the archive for the address it came from."""

import streamlit as st

from app import cards, intake
from app.address import parameters
from app.door import MARK
from app.intake import MOST_BYTES, NotTakenError, Taken
from app.language import retell, say
from app.service import searcher, tables
from crawler.settings import SettingError, Settings, from_environment
from data.archive import ArchiveError
from data.model import Document, Finding
from index.client import SearchUnavailableError

ABOUT = "网站拦截抓取时，可以在浏览器里打开原页，另存为网页、PDF 或 DOCX，再交到这里归档。"
CLOSED = "导入只对登录的人开放；没有设置登录时，只能在运行本站的机器上、经 127.0.0.1 打开本页导入。"
NO_ARCHIVE = "本站没有可写的归档目录：请到运行刷新的机器上导入（python -m crawler import）。"
FOUND = {
    Finding.NEW: "已归档，是这个网址的第一个版本。",
    Finding.CHANGED: "已归档，与先前的版本不同。",
}
SAME = "内容与已归档的版本相同，没有另存。"
NEXT = "下一次刷新（`make refresh`）或 `python -m index build` 会读入它；在此之前检索不到。"


def page() -> None:
    """Draw the page."""
    st.html(cards.page_head(say("导入"), say(ABOUT)))
    if st.context.headers.get(MARK) != "1":
        st.info(say(CLOSED))
        return
    try:
        settings = from_environment()
    except SettingError as error:
        st.error(say("抓取设置有误，无法归档。"))
        st.code(str(error), language=None, wrap_lines=True)
        return
    if not intake.can_write(settings.archive):
        st.warning(say(NO_ARCHIVE))
        return
    _form(settings)


def _form(settings: Settings) -> None:
    document = _document(parameters().get("document", ""))
    if document is not None:
        st.text(say("文件：{title}", title=cards.title(document, tables())))
    with st.form("import", border=False):
        address = st.text_input(
            say("网址"), value=(document.url if document else None) or "", max_chars=intake.MOST_ADDRESS,
            placeholder=say("https://… 保存的内容来自哪个网页"), help=say("必须是已收录来源的网址"),
        )  # fmt: skip
        file = st.file_uploader(say("保存的网页、PDF 或 DOCX"), type=["html", "htm", "pdf", "docx"], key="import_file")
        st.caption(say("最大 {most} MB。按内容识别类型，不看文件名。", most=MOST_BYTES // 1024 // 1024))
        sent = st.form_submit_button(say("归档"), type="primary")
    if sent and file is None:
        st.warning(say("还没有选文件。"))
    elif sent and file is not None:
        _take(file.getvalue(), address.strip(), settings)


def _document(name: str) -> Document | None:
    """Return the document that the address names; importing works without Elasticsearch too."""
    try:
        return searcher().document(name) if name else None
    except SearchUnavailableError:
        return None


def _take(body: bytes, address: str, settings: Settings) -> None:
    try:
        taken = intake.take(body, address, tables(), settings)
    except NotTakenError as error:
        st.warning(say("没有归档："))
        st.text(retell(error.said))
    except ArchiveError as error:
        st.error(say("归档没有成功，已有的内容没有改动。"))
        st.code(str(error), language=None, wrap_lines=True)
    else:
        _say(taken)


def _say(taken: Taken) -> None:
    said = FOUND.get(taken.visit.finding, SAME)
    st.success(f"{say(said)} {say(NEXT)}")
    st.text(say("来源：{publisher}", publisher=taken.source.publisher))
    st.text(say("网址：{address}", address=taken.visit.url))
