"""Pages into articles: golden pages of every CMS family, and the traps one by one."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.sources import FAMILIES
from index.read.html import containers, read_html
from index.read.parts import Article
from tests.hangs import HANGS
from tests.page_cases import PAGES, cases, expected, golden, read_case

REAL = Path(__file__).resolve().parents[1] / "../shared/pages"
ADDRESS = "https://lanchuan.test/zc/202503/t20250301_1.html"


def read(markup: str, **options: str) -> Article:
    return read_html(markup.encode(), url=ADDRESS, **options)


def page(body: str, around: str = "") -> str:
    return f'<html><head><meta charset="utf-8"></head><body><div id="zoom">{body}</div>{around}</body></html>'


@pytest.mark.parametrize("case", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_page_is_read_as_reviewed(case: Path) -> None:
    known = expected(case)
    if known is None:
        pytest.fail(f"{case.with_suffix('.json').name} was written; review it")
    assert golden(read_case(case)) == known


def test_every_family_has_a_golden_page() -> None:
    assert {path.parent.name for path in cases()} >= set(FAMILIES)


def test_every_golden_page_is_read_alike_without_its_family() -> None:
    for case in cases():
        known = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
        article = read_html(case.read_bytes(), url="https://any.test/")
        assert article.body.split("\n") == (known["body"] or [""]), case


def test_selectors_are_all_readable_and_state_their_matches() -> None:
    for container in containers.read_containers():
        assert containers._parts(container.selector)
        assert container.matches >= 1
        assert set(container.families) <= set(FAMILIES)


def test_container_found_more_often_than_expected_is_said() -> None:
    text = "一、对通过备案的企业，给予一次性奖励五十万元。"
    article = read(
        f'<div class="TRS_Editor"><p>{text}</p></div><div class="TRS_Editor"><p>二、其他规定另行通知各单位。</p></div>'
    )
    assert article.body == f"{text}\n二、其他规定另行通知各单位。"
    assert article.problems[0] == "正文容器 .TRS_Editor 应有 1 处，页面上有 2 处"


def test_stub_container_gives_way_to_the_one_with_the_text() -> None:
    text = "现将有关事项通知如下，请认真贯彻执行并及时反馈意见。" * 3
    article = read(f'<div id="zoom">本页共一页文字而已啊哈</div><div class="TRS_Editor"><p>{text}</p></div>')
    assert article.body == text


def test_body_in_a_hidden_container_is_read_and_said() -> None:
    article = read('<div id="zoom" style="display : none"><p>现将办法印发给你们，请认真执行。</p></div>')
    assert article.body == "现将办法印发给你们，请认真执行。"
    assert "正文所在的部分在页面上是隐藏的" in article.problems


@pytest.mark.parametrize(
    "hidden",
    ['<div style="DISPLAY:NONE">副本</div>', '<div class="Hidden">副本</div>', "<div hidden>副本</div>",
     "<!-- 副本 -->", '<script>副本</script>', '<div class="print-only">副本</div>', '<div id="imageModal">副本</div>'],
)  # fmt: skip
def test_hidden_copy_is_not_read(hidden: str) -> None:
    article = read(page(f"<p>现将办法印发给你们，请认真执行。</p>{hidden}"))
    assert article.body == "现将办法印发给你们，请认真执行。"


def test_body_twice_in_one_container_is_taken_once() -> None:
    article = read(page("<p>一、奖励五十万元。</p><p>二、自发布之日起施行。</p>" * 2))
    assert article.body == "一、奖励五十万元。\n二、自发布之日起施行。"
    assert "正文在页面上重复了一遍，只取一份" in article.problems


def test_share_bar_named_like_the_body_does_not_swallow_the_body() -> None:
    article = read(page('<div class="print-content share"><p>现将办法印发给你们，请认真执行。</p></div>'))
    assert article.body == "现将办法印发给你们，请认真执行。"


@pytest.mark.parametrize(
    "line",
    ["【字体：大 中 小】", "打印本页", "【关闭窗口】", "分享到：微信", "责任编辑：某某", "扫一扫在手机打开当前页",
     "浏览次数：12", "您现在的位置：首页 > 政策"],
)  # fmt: skip
def test_line_of_the_site_is_no_text(line: str) -> None:
    assert (
        read(page(f"<p>{line}</p><p>现将办法印发给你们，请认真执行。</p><p>{line}</p>")).body
        == "现将办法印发给你们，请认真执行。"
    )


def test_sentence_that_speaks_of_printing_stays() -> None:
    text = "打印本页后加盖公章，并在九月一日前送交市科技局，逾期不再受理。"
    assert read(page(f"<p>{text}</p>")).body == text


def test_br_parts_paragraphs_and_spans_do_not() -> None:
    article = read(page("<span>一、最高<b>1</b><span>00</span>万元。<br>二、自<font>20</font>25年起。</span>"))
    assert article.body == "一、最高100万元。\n二、自2025年起。"


def test_div_in_span_and_p_in_p_part_lines() -> None:
    article = read(page("<span>一、甲方案。<div>二、乙方案。</div></span><p>三、丙方案。<p>四、丁方案。</p></p>"))
    assert article.body.split("\n") == ["一、甲方案。", "二、乙方案。", "三、丙方案。", "四、丁方案。"]


def test_source_line_break_inside_a_word_is_no_blank() -> None:
    assert (
        read(page("<p>支持人工\n    智能企业发展与 AI\n agent 应用推广。</p>")).body
        == "支持人工智能企业发展与 AI agent 应用推广。"
    )


def test_row_is_a_line_and_covered_cells_are_empty() -> None:
    table = (
        "<table><tr><th>类</th><th>级</th><th>奖励</th></tr>"
        "<tr><td rowspan='2'>备案</td><td>国家</td><td><p>50</p><p>万元</p></td></tr>"
        "<tr><td>省</td><td>20万元</td></tr><tr><td colspan='2'>合计</td><td>70万元</td></tr></table>"
    )
    rows = read(page(f"<p>奖励标准如下表所列。</p>{table}")).body.split("\n")[1:]
    assert rows == ["类\t级\t奖励", "备案\t国家\t50 万元", "\t省\t20万元", "合计\t\t70万元"]


def test_numbers_in_neighbouring_cells_and_paragraphs_never_join() -> None:
    body = read(page("<p>说明：下列为金额。</p><table><tr><td><p>5</p><p>10</p></td><td>20</td></tr></table>")).body
    assert body.split("\n")[1] == "5 10\t20"


def test_table_that_lays_out_the_page_is_no_table_of_data() -> None:
    article = read(page("<table><tr><td><p>一、甲方案。</p><p>二、乙方案。</p></td></tr></table>"))
    assert article.body == "一、甲方案。\n二、乙方案。"


def test_labels_have_one_name_whatever_their_blanks_and_colons() -> None:
    around = "<table><tr><td>索　引 号</td><td>L001</td><th>文 号：</th><td>澜科〔2025〕1号</td></tr></table>"
    found = {label.name: label.value for label in read(page("<p>现将办法印发给你们，请执行。</p>", around)).labels}
    assert found == {"索引号": "L001", "文号": "澜科〔2025〕1号"}


def test_label_without_a_value_is_left_out() -> None:
    around = "<ul><li><span>文件状态：</span><script>document.write('失效')</script></li></ul><!-- 有效性：有效 -->"
    assert read(page("<p>现将办法印发给你们，请执行。</p>", around)).labels == ()


def test_bar_with_several_labels_is_split_and_twice_the_same_is_once() -> None:
    bar = "<div class='bar'>发布时间：2025-03-01　来源：澜川市科技局　字体：【大 中 小】</div>"
    found = [(label.name, label.value) for label in read(page("<p>现将办法印发给你们，请执行。</p>", bar * 2)).labels]
    assert found == [("发布时间", "2025-03-01"), ("来源", "澜川市科技局")]


def test_label_in_navigation_is_none_of_the_document() -> None:
    around = "<div class='footer'><p>来源：某网站集群</p></div>"
    assert read(page("<p>现将办法印发给你们，请执行。</p>", around)).labels == ()


@pytest.mark.parametrize(
    ("link", "name", "url"),
    [
        ("<a href='./P1.pdf'>附件1.pdf</a>", "附件1.pdf", "https://lanchuan.test/zc/202503/P1.pdf"),
        ("<a href='//f.test/a.docx' title='申请表.docx'>下载</a>", "申请表.docx", "https://f.test/a.docx"),
        ("<a href='/attachment/1/2'>名单</a>", "名单", "https://lanchuan.test/attachment/1/2"),
        (
            "<iframe src='/v/viewer.html?file=/f/%E5%8A%9E%E6%B3%95.pdf'></iframe>",
            "办法.pdf",
            "https://lanchuan.test/f/办法.pdf",
        ),
    ],
)
def test_file_of_the_body_is_a_link(link: str, name: str, url: str) -> None:
    (found,) = read(page(f"<p>现发布办法，全文见附件。</p><p>{link}</p>")).links
    assert (found.name, found.url) == (name, url)


def test_links_of_the_site_are_no_attachments() -> None:
    around = "<div class='footer'><a href='/help.pdf'>使用帮助</a></div><a href='javascript:void(0)'>x</a>"
    assert read(page("<p>现发布办法，全文见<a href='http://['>这里</a>。</p>", around)).links == ()


def test_text_in_the_attachment_is_said() -> None:
    article = read(page("<p>现发布《办法》。</p><p><a href='a.pdf'>办法.pdf</a></p>"))
    assert article.body == "现发布《办法》。"
    assert "页面上的正文很短，全文可能在附件里" in article.problems


def test_title_is_the_heading_and_not_the_column() -> None:
    head = '<head><title>通知公告</title><meta name="ColumnName" content="通知公告"></head>'
    assert read(f"<html>{head}<body><h1>关于发放算力券的通知</h1></body></html>").title == "关于发放算力券的通知"


def test_cut_off_title_gives_way_to_the_whole_one() -> None:
    markup = '<meta name="ArticleTitle" content="关于发放2025年第一批算力…"><h1>关于发放2025年第一批算力券的通知</h1>'
    assert read(markup).title == "关于发放2025年第一批算力券的通知"


def test_title_keeps_raw_angle_brackets_and_loses_mark_up() -> None:
    assert read('<meta name="ArticleTitle" content="关于&lt;办法&gt;<br>的通知">').title == "关于<办法>的通知"


def test_meta_names_in_any_case_have_one_spelling() -> None:
    assert [label.name for label in read('<meta name="PUBDATE" content="2025-03-01">').labels] == ["PubDate"]


def test_traditional_page_keeps_its_original() -> None:
    article = read(page("<p>對通過備案的人工智慧企業，給予獎勵。</p><p>支援企業購買軟體服務。</p>"))
    assert article.body == "对通过备案的人工智能企业，给予奖励。\n支持企业购买软件服务。"
    assert article.original == "對通過備案的人工智慧企業，給予獎勵。\n支援企業購買軟體服務。"


def test_simplified_page_has_no_original_and_keeps_its_words() -> None:
    article = read(page("<p>支援前线的著名企业，数位专家参加项目评审。</p>"))
    assert (article.body, article.original) == ("支援前线的著名企业，数位专家参加项目评审。", None)


def test_pictures_in_the_body_are_a_gap_that_is_said() -> None:
    assert (
        "正文中有 1 幅图片，图中的文字没有读取" in read(page("<p>房源情况如下表所示：</p><img src='1.png'>")).problems
    )


def test_unknown_container_is_read_in_the_general_way_and_said() -> None:
    text = "".join(
        f"<p>第{n}项、对通过备案的企业，按照有关规定给予奖励，具体标准另行公布。</p>" for n in "一二三四五六七八九"
    )
    article = read(
        f"<html><body><ul class='m'><li><a href='/'>首页</a></li></ul><div class='zz9'>{text}</div></body></html>"
    )
    assert article.body.startswith("第一项、")
    assert article.body.endswith("另行公布。")
    assert "首页" not in article.body
    assert article.problems[0] == "正文容器未识别，按通用方法提取"


def test_script_drawn_page_has_no_body_and_says_so() -> None:
    article = read("<html><body><div id='app'></div><script>render()</script></body></html>")
    assert article.body == ""
    assert "页面没有正文文字，可能由脚本生成" in article.problems


@pytest.mark.parametrize("body", [b"", b"\x00", b" \n", b"<!-- -->", b"<", b"\xff\xfe", b"&#xD800;", b"<html></html>"])
def test_page_with_nothing_in_it_is_an_article_with_a_problem(body: bytes) -> None:
    article = read_html(body, url=ADDRESS)
    assert article.body.strip() in ("", "<", "\ufffd")
    assert article.problems


HOSTILE = {
    "deep divs": b"<html><body><div id=zoom>" + b"<div>" * 100_000 + "正文在最里面。".encode(),
    "deep spans, unclosed": b"<div id=zoom>" + b"<span><font>" * 50_000 + "正文在最里面。".encode(),
    "ten megabytes on a line": "<p>支持企业发展。".encode() + b"a" * 10_000_000,
    "ten megabytes of blanks": b"<div id=zoom><p>" + b" \n" * 5_000_000,
    "NUL bytes": b"\x00".join([b"<div id=zoom>", "正文有字。".encode()] * 1000),
    "broken entities": b"<div id=zoom>" + b"&#x110000;&#99999999999;&amp&lt&nosuch;" * 50_000,
    "many attributes": b"<div " + b" ".join(b"a%d=1" % n for n in range(50_000)) + b">x",
    "many cells": b"<table id=zoom>" + b"<tr>" + b"<td rowspan=999999 colspan=999999>1" * 30_000,
    "many rows": b"<table id=zoom>" + b"<tr><td rowspan=9999>1<td>2" * 30_000,
    "many containers": b"<div class=TRS_Editor><p>abc</p></div>" * 20_000,
    "nested containers": b"<div class='TRS_Editor view share'>" * 1_500 + b"text",
    "colons": b"<div id=zoom>x</div>" + "<p>来源：来源：来源：".encode() * 20_000,
    "brackets": "<div id=zoom><p>（2025年1月1日（（（（（（（".encode() + "（通过）（".encode() * 20_000,
    "numbers": b"<div id=zoom>" + "<p>附件：1.1.1.1.</p>".encode() * 20_000,
    "links": b"<div id=zoom>" + b"<a href='x.pdf'>x</a>" * 50_000,
    "unknown container": ("<div>" * 500 + "<p>支持企业发展。</p>" * 20_000).encode(),
    "details": b"<script>" + b'DETAIL:{"a":' * 20_000,
    "short lines": b"<div id=zoom>" + "<br>澜川市科技局".encode() * 100_000,
}


@pytest.mark.timeout(HANGS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_read_to_its_end(name: str) -> None:
    assert isinstance(read_html(HOSTILE[name], url=ADDRESS), Article)


def test_text_of_a_page_that_is_nested_too_deep_is_still_found() -> None:
    article = read_html(HOSTILE["deep divs"], url=ADDRESS)
    assert "网页标签嵌套过深或过多，版面信息未用于识别正文" in article.problems


PIECES = st.sampled_from(
    ["<div id=zoom>", "<p>", "</p>", "<table><tr><td rowspan=3>", "<td>", "<tr>", "<br>", "</div>",
     "<span style='display:none'>", "<!--", "-->", "<script>", "</script>", "<a href='a.pdf'>", "<pre>", "\n",
     "&nbsp;", "&#0;", "\x00", "附件：1.", "附件1",
     "第一条", "澜川市科技局", "2025年3月1日", "（", "）", "：", "。", "各单位：", "公开方式：主动公开",
     "索引号：", "\u2028",
     "\u2029", "<h1>", "目录", "第一章 总则", "<meta name=ArticleTitle content='x", "DETAIL:{", '"content":"',
     "<base href='",
     "<div class='share hide'>"]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(PIECES | st.text(max_size=8), max_size=60).map("".join))
def test_any_mark_up_gives_an_article(markup: str) -> None:
    article = read(markup)
    for part in (article.head, article.body, article.tail):
        assert not any(mark in part for mark in "\u2028\u2029\x00\r")
        assert all(line.strip() for line in part.split("\n")) or part == ""


@settings(max_examples=150)
@given(
    st.binary(max_size=300), st.sampled_from([None, "text/html; charset=gb2312", "text/html; charset=nonsense", ";"])
)
def test_any_bytes_give_an_article(body: bytes, content_type: str | None) -> None:
    assert isinstance(read_html(body, url=ADDRESS, content_type=content_type), Article)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not here")
def test_real_pages_have_their_title_and_bounds() -> None:
    for entry in json.loads((REAL / "index.json").read_text(encoding="utf-8")):
        known = entry["expected"]
        article = read_html((REAL / entry["file"]).read_bytes(), url=entry["url"] or ADDRESS)
        body = "".join(article.body.split())
        first, last = ("".join(known[name].split()) for name in ("body_first_sentence", "body_last_sentence"))
        assert "".join((article.title or "").split()) == "".join(known["title"].split()), entry["file"]
        assert first in body[: len(first) + 8], entry["file"]
        assert body.endswith(last), entry["file"]
        assert not any(word in body for word in ("当前位置", "网站标识码", "分享到", "扫一扫", "返回顶部")), entry[
            "file"
        ]


def test_golden_pages_hold_nothing_that_was_not_read() -> None:
    assert {path.stem for path in PAGES.glob("*/*.json")} == {path.stem for path in PAGES.glob("*/*.html")}
