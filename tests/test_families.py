import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.decode import decode
from crawler.families import FAMILIES, walk
from crawler.families.dates import date_in_url, listed_date, read_date
from crawler.families.listing import Answer, Ask, Entry, LayoutChangedError, Listed
from crawler.families.options import OptionError
from crawler.families.titles import clean_number, clean_title, fuller_title, number_in
from crawler.families.walk import Stop, Walk
from data import sources
from data.model import Listing
from data.regions import read_regions
from data.tables import TABLES
from tests.sites import answer

MOST_PAGES = 12


def crawl(family: str, url: str, options: Mapping[str, str] | None = None) -> tuple[list[Entry], Walk]:
    """Walk a whole list of a replica site."""
    listing = Listing(url, options or {})
    (ask,) = FAMILIES[family].first(listing)
    going, entries = Walk(next=ask), list[Entry]()
    for _ in range(MOST_PAGES):
        if going.next is None:
            return entries, going
        going = going.after(FAMILIES[family].read(answer(going.next), listing, going.next))
        entries.extend(going.fresh)
    pytest.fail("the walk does not end")


def read(
    family: str,
    body: str | bytes,
    options: Mapping[str, str] | None = None,
    *,
    url: str = "https://www.list.test/zc/index.html",
    page: int = 1,
    status: int = 200,
    content_type: str = "text/html",
) -> Listed:
    """Read one answer that a test states itself."""
    content = body if isinstance(body, bytes) else body.encode()
    got = Answer(url, status, {"content-type": content_type}, content)
    return FAMILIES[family].read(got, Listing(url, options or {}), Ask(url, page=page))


def page_of(*rows: str, script: str = "") -> str:
    return f'<html><body><a href="/">首页</a><ul>{"".join(rows)}</ul><script>{script}</script></body></html>'


ROW = '<li><a href="./202605/t20260512_1.html">甲办法</a><span>2026-05-12</span></li>'


# --- every family ---------------------------------------------------------------------------------------------------


def test_families_are_those_that_sources_may_name() -> None:
    assert set(sources.FAMILIES) - {sources.PAGES} <= set(FAMILIES)
    assert all(family.name == name for name, family in FAMILIES.items())


def test_every_listing_of_every_source_can_be_asked_for() -> None:
    known = sources.read_sources(TABLES / "sources", read_regions(TABLES / "regions.csv"))
    listings = [(source.family, listing) for source in known.values() for listing in source.listings]
    assert listings
    for family, listing in listings:
        assert FAMILIES[family].first(listing)


@pytest.mark.parametrize("name", FAMILIES)
def test_an_unknown_option_is_named_with_the_known_ones(name: str) -> None:
    listing = Listing("http://www.list.test/gkmlpt/index", {"selektor": "li"})
    with pytest.raises(OptionError, match=r"option selektor: is not known; this family knows .*referer"):
        FAMILIES[name].first(listing)


@pytest.mark.parametrize("name", FAMILIES)
def test_documentation_of_a_family_names_its_own_options(name: str) -> None:
    module = (Path(walk.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    table = {
        option for row in re.findall(r"^\| (`.*?`) \|", module, re.MULTILINE) for option in re.findall(r"`(\w+)`", row)
    }
    assert table <= set(FAMILIES[name].options)
    if name in {"html_list", "json_list", "gkmlpt", "cac_jsonlist"}:
        assert table == set(FAMILIES[name].options)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_challenge_is_no_empty_list(name: str) -> None:
    challenge = "<html><head><script>document.cookie='a=1';location.reload()</script></head><body></body></html>"
    url = {"govcn_json": "https://gov.test/gongbao/gbgl.json"}.get(name, "http://www.list.test/gkmlpt/index")
    options = {"channel": "A0937"} if name == "cac_jsonlist" else {}
    for page in (0, 1, 2):
        with pytest.raises(LayoutChangedError, match=r"status 200, found status 412"):
            read(name, challenge, options, url=url, page=page, status=412)
        with pytest.raises(LayoutChangedError, match=r"expected .* found .*"):
            read(name, challenge, options, url=url, page=page)


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - {"govcn_json"}))
def test_a_second_page_that_is_404_ends_the_list_and_a_first_one_does_not(name: str) -> None:
    url = "http://www.list.test/gkmlpt/index"
    options = {"channel": "A0937"} if name == "cac_jsonlist" else {}
    assert read(name, "<h1>404</h1>", options, url=url, page=2, status=404) == Listed((), None)
    with pytest.raises(LayoutChangedError, match="found status 404"):
        read(name, "<h1>404</h1>", options, url=url, page=1, status=404)


@pytest.mark.parametrize("name", ["json_list", "trs_json", "cac_jsonlist", "jpaas_search_front", "ucap", "gkmlpt"])
def test_html_where_json_was_expected_is_described(name: str) -> None:
    url = "http://www.list.test/search/gkmlpt/index"
    options = {"channel": "A0937"} if name == "cac_jsonlist" else {}
    with pytest.raises(LayoutChangedError, match=r"expected JSON, found page '系统维护中', 1 links"):
        read(name, "<html><title>系统维护中</title><a href='/'>首页</a></html>", options, url=url)


@given(st.binary(max_size=300), st.sampled_from(sorted(FAMILIES)), st.integers(0, 2))
def test_no_body_breaks_a_reader_in_another_way(body: bytes, name: str, page: int) -> None:
    options = {"channel": "A0937"} if name == "cac_jsonlist" else {}
    try:
        listed = read(name, body, options, url="http://www.list.test/gkmlpt/index", page=page)
    except LayoutChangedError:
        return
    assert page != 1 or listed.entries or listed.next or listed.total == 0


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "list", "url", "title", "total", "html", "values", "articles"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON_VALUES, st.sampled_from(sorted(FAMILIES)), st.integers(0, 2))
def test_no_json_breaks_a_reader_in_another_way(value: object, name: str, page: int) -> None:
    options = {"channel": "A0937"} if name == "cac_jsonlist" else {}
    url = {"govcn_json": "https://gov.test/gongbao/gbgl.json"}.get(name, "http://www.list.test/search/gkmlpt/index")
    try:
        listed = read(name, json.dumps(value), options, url=url, page=page, content_type="application/json")
    except LayoutChangedError:
        return
    assert page != 1 or listed.entries or listed.next or listed.total == 0


HTML_PIECES = st.sampled_from(
    [
        *("<ul>", "<li>", "</li>", "</ul>", "<table><tr><td>", "<template>", "<!--", "-->", "<script>", "</script>"),
        *(
            '<a href="./t20260101_1.html">',
            '<a href="/art/2026/1/2/art_1_2.html" title="某办法">',
            "</a>",
            '"',
            "\x1f{",
        ),
        *("某办法…", "2026-01-02", "[01-02]", '<a href="?">下一页</a>', '<a href="x.html">下一页</a>', "\x00"),
        *('createPageHTML(3,0,"index","html")', "createPageHTML(,,)", 'createPageHTML("a","b",1)', "totalData: 9"),
        *("showData: 0", "<datastore>", "<record><![CDATA[", "]]></record>", "totalRecord:5", "perPage:0", "perPage:2"),
        *("columnid:1", "unitid:2", '<nextgroup><![CDATA[<a href="/x/dataproxy.jsp?page=1">', 'SID:"12"'),
        *("<div querydata=\"{'webId':'1','tagId':'x'}\" count='2'>", '<base href="http://[::1">', '<base href="//">'),
        '<meta http-equiv=refresh content="0;url=http://[">',
    ]
)


@given(st.lists(HTML_PIECES, max_size=14).map("".join), st.sampled_from(sorted(FAMILIES)), st.integers(0, 2))
def test_no_mark_up_breaks_a_reader_in_another_way(body: str, name: str, page: int) -> None:
    options = {"channel": "A0937"} if name == "cac_jsonlist" else {}
    try:
        listed = read(name, body, options, url="http://www.list.test/gkmlpt/index", page=page)
    except LayoutChangedError:
        return
    assert page != 1 or listed.entries or listed.next or listed.total == 0
    assert all(entry.title and entry.url.startswith("http") for entry in listed.entries)


# --- trs_static -----------------------------------------------------------------------------------------------------


def test_trs_static_reads_all_pages_that_createpagehtml_states() -> None:
    entries, going = crawl("trs_static", "https://www.trs.test/zcfb/".replace("www.", ""))
    assert [(entry.url, entry.published) for entry in entries] == [
        ("https://trs.test/zcfb/202605/t20260512_1001.html", date(2026, 5, 12)),
        ("https://trs.test/jd/202605/t20260511_1002.html", date(2026, 5, 11)),
        ("https://www.trs.test/gg/202604/t20260430_1004.html", date(2026, 4, 30)),
        ("https://trs.test/zcfb/202604/t20260401_1003.html", date(2026, 4, 1)),
        ("http://www.trs.test/zcfb/202603/t20260318_1005.html", date(2026, 3, 18)),
        ("https://trs.test/zcfb/202512/t20251231_1006.html", date(2025, 12, 31)),
    ]
    assert (going.stop, going.pages, going.missing_pages) == (Stop.END, 3, 0)


def test_trs_static_takes_the_full_title_from_the_attribute() -> None:
    entries, _ = crawl("trs_static", "https://trs.test/zcfb/")
    assert entries[0].title == "关于印发《某省人工智能算力券管理办法》的通知（某发改高技〔2026〕15号）"
    assert entries[1].title == "一图读懂“人工智能+”行动"


def test_trs_static_with_selectors_reads_the_same_rows() -> None:
    found, _ = crawl("trs_static", "https://trs.test/zcfb/")
    selected, _ = crawl("trs_static", "https://trs.test/zcfb/", {"rows": "ul.u-list > li", "date": "span"})
    assert selected == found


def test_rows_written_by_script_are_read_from_the_script() -> None:
    entries, _ = crawl("trs_static", "https://trs.test/gfxwj/index.shtml", {"script": "yes"})
    assert entries == [
        Entry(
            "https://trs.test/gfxwj/202602/t20260214_2001.shtml",
            "市人民政府关于促进人工智能产业发展的若干政策措施",
            date(2026, 2, 14),
            "某政规〔2026〕4号",
        ),
        Entry(
            "https://trs.test/gfxwj/202601/t20260120_2002.shtml",
            "市人民政府办公厅关于“城市大脑”建设的通知",
            date(2026, 1, 20),
        ),
    ]


def test_a_page_missing_in_the_middle_is_seen() -> None:
    _, going = crawl("trs_static", "https://trs.test/gfxwj/index.shtml", {"script": "yes"})
    assert (going.stop, going.pages, going.missing_pages) == (Stop.EMPTY, 25, 24)


def test_rows_sliced_in_the_browser_are_all_on_the_first_page_and_test_rows_are_left_out() -> None:
    options = {"rows": "ul.default_news li", "keep": "i.flag", "keep_text": "是", "paging": "none"}
    entries, going = crawl("trs_static", "https://trs.test/sliced/", options)
    assert [entry.title for entry in entries] == ["本市促进算力互联互通的若干措施", "本市数据要素专项资金管理办法"]
    assert going.stop is Stop.END


def test_a_meta_refresh_is_followed_as_the_same_page() -> None:
    entries, going = crawl("trs_static", "https://trs.test/moved/")
    assert len(entries) == 6
    assert going.stop is Stop.END


def test_a_meta_refresh_onto_itself_is_no_list() -> None:
    stub = '<meta http-equiv="refresh" content="0;url=index.html">'
    with pytest.raises(LayoutChangedError):
        read("trs_static", stub)


def test_a_script_that_goes_on_elsewhere_is_named_in_the_error() -> None:
    stub = '<html><script>window.location.href="/zwgk/zc2026/";</script></html>'
    with pytest.raises(LayoutChangedError, match="a script that goes on to /zwgk/zc2026/"):
        read("trs_static", stub)


@pytest.mark.parametrize(
    ("call", "pages", "total", "following"),
    [
        ('createPageHTML(25, 0, "index", "shtml")', 25, None, "index_1.shtml"),
        ("createPageHTML(370,25,0,'index','shtml')", 25, 370, "index_1.shtml"),
        ("createPageHTML('page_div', 25, 0, 'list', 'html', 370)", 25, 370, "list_1.html"),
        ('createPage(12, 0, "index_10960", "html")', 12, None, "index_10960_1.html"),
        ("var countPage = 7; var currentPage = 0;", 7, None, "index_1.html"),
        ("$('.pagination').pagination({totalPage: 4, currentPage: 1})", 4, None, "index_1.html"),
        ("var pagination_script_config = {'size': '20', 'total': '67'}", 67, None, "index_1.html"),
        ('createPageHTML(1, 0, "index", "html")', 1, None, None),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt) {}", None, None, None),
        ('  // createPageHTML(25, 0, "index", "html")', None, None, None),
    ],
)
def test_pages_that_a_script_states(call: str, pages: int | None, total: int | None, following: str | None) -> None:
    listed = read("trs_static", page_of(ROW, script=call))
    assert (listed.pages, listed.total) == (pages, total)
    assert (listed.next.url if listed.next else None) == (following and f"https://www.list.test/zc/{following}")


def test_sites_that_count_from_two() -> None:
    listed = read("trs_static", page_of(ROW, script="({totalPage: 4})"), {"second": "2"})
    assert listed.next == Ask("https://www.list.test/zc/index_2.html", page=2)
    later = read("trs_static", page_of(ROW, script="({totalPage: 4})"), {"second": "2"}, url=listed.next.url, page=2)
    assert later.next is not None
    assert later.next.url == "https://www.list.test/zc/index_3.html"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://www.list.test/zc/", "https://www.list.test/zc/index_1.html"),
        ("https://www.list.test/zc/index_10960.html", "https://www.list.test/zc/index_10960_1.html"),
        ("https://www.list.test/zc/wjk_glrb.shtml", "https://www.list.test/zc/wjk_glrb_1.shtml"),
    ],
)
def test_probing_goes_on_after_the_name_of_the_first_page(first: str, second: str) -> None:
    assert read("trs_static", page_of(ROW), url=first).next is None
    probed = read("trs_static", page_of(ROW), {"paging": "probe"}, url=first)
    assert probed.next is not None
    assert probed.next.url == second


def test_the_link_to_the_next_page_is_followed() -> None:
    listed = read("html_list", page_of(ROW, '<li><a href="list-2.html">下一页</a></li>'))
    assert listed.next == Ask("https://www.list.test/zc/list-2.html", page=2)
    last = read("html_list", page_of(ROW, '<li><a href="javascript:;">下一页</a></li>'))
    assert last.next is None


def test_a_template_without_rows_is_an_error_first_and_the_end_later() -> None:
    first = Ask("https://traps.test/shell/")
    with pytest.raises(LayoutChangedError, match=r"links to articles\), found page '政策文件', 4 links"):
        FAMILIES["trs_static"].read(answer(first), Listing(first.url), first)
    later = Ask("https://traps.test/shell/", page=2)
    assert FAMILIES["trs_static"].read(answer(later), Listing(later.url), later) == Listed((), None)


def test_rows_that_lost_their_links_are_a_changed_layout() -> None:
    rows = [ROW, '<li><a onclick="go(1)">乙</a></li>', '<li><a href="javascript:go(2)">丙</a></li>']
    with pytest.raises(LayoutChangedError, match="2 rows without, 1 with them"):
        read("trs_static", page_of(*rows), {"rows": "ul > li"})


def test_links_that_are_no_pages_are_no_rows() -> None:
    hrefs = [
        "javascript:void(0)",
        "mailto:a@b.test",
        "#",
        "tel:010",
        "  ",
        "data:text/html,x",
        "ftp://a.test/t20260101_1.html",
    ]
    rows = [f'<li><a href="{href}">某办法</a></li>' for href in hrefs]
    listed = read("trs_static", page_of(ROW, *rows))
    assert [entry.title for entry in listed.entries] == ["甲办法"]


def test_a_base_element_moves_all_links() -> None:
    page = f'<html><head><base href="https://www.list.test/other/"></head><body><ul>{ROW}</ul></body></html>'
    assert read("trs_static", page).entries[0].url == "https://www.list.test/other/202605/t20260512_1.html"


def test_two_links_to_one_article_are_one_row_with_the_longer_title() -> None:
    links = '<a href="t20260102_9.html"><img src="a.png"></a><a href="t20260102_9.html">某办法</a>'
    row = f"<li>{links}<i>2026-01-03</i></li>"
    listed = read("trs_static", page_of(row, ROW))
    assert listed.entries[0] == Entry("https://www.list.test/zc/t20260102_9.html", "某办法", date(2026, 1, 3))


def test_a_row_that_is_a_link_itself() -> None:
    row = (
        '<a class="listpc-item" href="./202601/t20260105_7.html">'
        '<li class="file-title" title="某市公共数据条例">某市公共…</li>'
        '<li class="file-code">某府令〔2026〕7号</li><li class="pub-time">2026-01-05</li></a>'
    )
    options = {"rows": "a.listpc-item", "title": "li.file-title", "number": "li.file-code", "date": "li.pub-time"}
    (entry,) = read("trs_static", f"<div>{row}</div>", options).entries
    assert entry == Entry(
        "https://www.list.test/zc/202601/t20260105_7.html", "某市公共数据条例", date(2026, 1, 5), "某府令〔2026〕7号"
    )


def test_a_link_around_title_and_date_keeps_the_date_out_of_the_title() -> None:
    row = '<li><a href="t20250102_9.html"><span>某办法</span> <b>2026年01月04日</b></a></li>'
    (entry,) = read("trs_static", page_of(row), {"rows": "li"}).entries
    assert (entry.title, entry.published) == ("某办法", date(2026, 1, 4))


def test_a_date_in_the_element_after_the_row() -> None:
    rows = '<li class="c"><a href="/art_1_1.html">甲</a></li><li class="t">2026-02-03</li>'
    (entry,) = read("html_list", page_of(rows), {"rows": "li.c", "date": "+li.t"}).entries
    assert entry.published == date(2026, 2, 3)


def rows_read(body: str, options: Mapping[str, str] | None = None) -> list[tuple[str, date | None]]:
    return [(entry.title, entry.published) for entry in read("html_list", f"<body>{body}</body>", options).entries]


def test_the_row_around_a_link_ends_where_another_article_is() -> None:
    rows = '<div><a href="/c_1.htm">甲</a></div><div><a href="/c_2.htm">乙</a><i>2026-01-02</i></div>'
    assert rows_read(f"<div>{rows}</div>") == [("甲", None), ("乙", date(2026, 1, 2))]


def test_the_row_around_a_link_ends_at_the_list_and_at_the_first_date() -> None:
    today = "<p>今天是2026-11-20</p>"
    assert rows_read(f'<div>{today}<ul><li><a href="/c_1.htm">甲</a></li></ul></div>') == [("甲", None)]
    dated = f'<div><div><a href="/c_1.htm">甲</a><i>2026-01-02</i></div>{today}</div>'
    assert rows_read(dated) == [("甲", date(2026, 1, 2))]


def test_of_two_dates_in_a_row_the_last_is_that_of_publication() -> None:
    row = '<li><a href="/c_1.htm">甲</a><i>2025-12-30</i><i>2026-01-04</i></li>'
    assert rows_read(row) == [("甲", date(2026, 1, 4))]


def test_a_title_beside_its_link() -> None:
    row = '<li><p>截至2025年12月31日的目录</p><a href="/c_1.htm">详情</a><i>[03-02]</i></li>'
    assert rows_read(row, {"rows": "li", "title": "p"}) == [("截至2025年12月31日的目录", None)]


def test_placeholders_are_neither_rows_nor_lost_rows() -> None:
    row, placeholder = '<li><a href="/c_1.htm">甲</a></li>', '<li><a href="/c_0.htm">{{item.title}}</a></li>'
    assert rows_read(row + placeholder * 3, {"rows": "li"}) == [("甲", None)]
    assert rows_read(row + '<li><a href="{{item.url}}">乙</a></li>' * 3, {"rows": "li"}) == [("甲", None)]


def test_the_number_beside_the_title() -> None:
    row = '<li><a href="t20260102_9.html">某办法</a><i>发文字号：某府办规〔 2026 〕3号</i><b>2026-01-03</b></li>'
    assert read("trs_static", page_of(row)).entries[0].doc_number == "某府办规〔2026〕3号"


def test_a_date_in_the_title_is_not_the_date_of_the_row() -> None:
    row = '<li><a href="/c_77.html">截至2025年12月31日的目录</a><span>[03-02]</span></li>'
    (entry,) = read("html_list", page_of(row)).entries
    assert entry.published is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("rows", "li["),
        ("date", "span:nth("),
        ("article", "(t20"),
        ("paging", "yes"),
        ("script", "true"),
        ("second", "two"),
    ],
)
def test_options_that_cannot_be_used_are_named(option: str, value: str) -> None:
    with pytest.raises(OptionError, match=f"listing https://a.test/, option {option}: "):
        FAMILIES["trs_static"].first(Listing("https://a.test/", {option: value}))


def test_pages_may_be_numbered_in_the_query() -> None:
    url = "https://www.list.test/zc/index.html?fwjgdz=%E5%8D%97&page=1"
    listed = read("html_list", page_of(ROW), {"page_param": "page", "second": "2"}, url=url)
    assert listed.next is not None
    assert listed.next.url == "https://www.list.test/zc/index.html?fwjgdz=%E5%8D%97&page=2"
    from_zero = read("html_list", page_of(ROW), {"page_param": "page"}, url="https://www.list.test/list?page=0")
    assert from_zero.next is not None
    assert from_zero.next.url == "https://www.list.test/list?page=1"


# --- hanweb_jpage ---------------------------------------------------------------------------------------------------


def test_hanweb_reads_cdata_and_asks_for_the_records_behind() -> None:
    entries, going = crawl("hanweb_jpage", "https://hanweb.test/col/col1229001/index.html")
    assert [(entry.title, entry.published, entry.doc_number) for entry in entries] == [
        ("关于支持大模型创新应用的实施意见", date(2026, 8, 7), "某经信〔2026〕31号"),
        ("算力服务券兑付细则", date(2026, 7, 2), None),
        ("关于开展算法备案奖励申报的通知", date(2026, 6, 3), None),
        ("高质量数据集建设指引", date(2026, 5, 4), None),
        ("中小企业数字化转型券办法", date(2026, 4, 5), None),
    ]
    assert entries[3].url == "https://hanweb.test/art/2026/5/4/art_1229001_504.html"
    assert (going.stop, going.total, going.missing) == (Stop.END, 5, 0)


def test_hanweb_form_fields_come_from_the_column_page() -> None:
    url = "https://hanweb.test/col/col1229001/index.html"
    listed = FAMILIES["hanweb_jpage"].read(answer(Ask(url)), Listing(url), Ask(url))
    assert listed.next is not None
    assert listed.next.method == "POST"
    assert dict(listed.next.form)["unitid"] == "7893253"
    assert listed.next.headers == (("Referer", url),)


def test_hanweb_encrypted_group_is_empty_and_the_total_tells_what_is_missing() -> None:
    entries, going = crawl("hanweb_jpage", "https://locked.test/col/col74/index.html")
    assert len(entries) == 2
    assert (going.stop, going.total, going.missing) == (Stop.EMPTY, 231, 229)


def test_hanweb_without_a_store_reads_plain_links_to_articles() -> None:
    page = page_of('<li><a href="/art/2026/8/1/art_15188_1.html" title="某规划">某规划</a></li>')
    (entry,) = read("hanweb_jpage", page, url="http://list.test/col/col15188/index.html").entries
    assert entry.published == date(2026, 8, 1)


def test_hanweb_records_of_functions_are_no_rows() -> None:
    links = ["/module/download/down.jsp?i_ID=9", "/art/2026/1/1/art_1_1.html"]
    records = "".join(f'<record><![CDATA[<a href="{link}">某文件</a>]]></record>' for link in links)
    listed = read("hanweb_jpage", f"<datastore><recordset>{records}</recordset></datastore>")
    assert [entry.url for entry in listed.entries] == ["https://www.list.test/art/2026/1/1/art_1_1.html"]


def test_hanweb_empty_first_store_is_no_list() -> None:
    store = "<datastore><totalrecord>9</totalrecord><recordset></recordset></datastore>"
    with pytest.raises(LayoutChangedError, match="a store without one, total 9"):
        read("hanweb_jpage", store)


def test_hanweb_reads_the_store_of_its_unit() -> None:
    def store(unit: str, name: str) -> str:
        record = f'<record><![CDATA[<li><a href="/art/2026/1/1/art_{unit}_1.html">{name}</a></li>]]></record>'
        stored = f"<datastore><recordset>{record}</recordset></datastore>"
        return f'<div id="{unit}"><script type="text/xml">{stored}</script></div>'

    page = f"<html><body>{store('11', '新闻')}{store('22', '政策')}</body></html>"
    titles = [entry.title for entry in read("hanweb_jpage", page, {"unit": "22", "paging": "none"}).entries]
    assert titles == ["政策"]


def test_hanweb_following_the_next_group() -> None:
    url = "https://list.test/module/web/jpage/dataproxy.jsp?page=2&columnid=1&unitid=2"
    record = "<record><![CDATA[<a href='/art/2026/1/2/art_1_2.html'>乙</a>]]></record>"
    body = f"<datastore><recordset>{record}</recordset></datastore>"
    listed = read("hanweb_jpage", body, {"paging": "nextgroup"}, url=url, page=2)
    assert listed.next is not None
    assert "page=3" in listed.next.url


# --- jpaas_unit -----------------------------------------------------------------------------------------------------

JPAAS_COLUMN = "https://jpaas.test/col/col1599556/index.html"


def test_jpaas_unit_reads_the_ids_and_then_all_pages() -> None:
    entries, going = crawl(
        "jpaas_unit", JPAAS_COLUMN, {"rows": "li.clearfix", "link": "a.bt-left", "date": "span.bt-right"}
    )
    assert (len(entries), going.total, going.missing, going.stop) == (22, 22, 0, Stop.END)
    assert (entries[0].title, entries[0].published) == ("第1份政策文件", date(2026, 9, 27))


def test_jpaas_unit_that_gives_page_one_for_every_number_is_incomplete() -> None:
    ids = {"web": "149", "template": "x", "page_id": "1", "tag": "当前栏目列表a"}
    entries, going = crawl("jpaas_unit", JPAAS_COLUMN, ids)
    assert (len(entries), going.stop, going.missing) == (20, Stop.FIRST, 2)


def test_jpaas_unit_takes_the_block_that_is_named() -> None:
    page = answer(Ask(JPAAS_COLUMN))
    listed = FAMILIES["jpaas_unit"].read(page, Listing(JPAAS_COLUMN, {"tag": "导航"}), Ask(JPAAS_COLUMN, page=0))
    assert listed.next is not None
    assert "tagId=%E5%AF%BC%E8%88%AA" in listed.next.url
    with pytest.raises(LayoutChangedError, match=r"tagId 新闻, found blocks 导航, 信息列表"):
        FAMILIES["jpaas_unit"].read(page, Listing(JPAAS_COLUMN, {"tag": "新闻"}), Ask(JPAAS_COLUMN, page=0))


def test_jpaas_unit_date_in_the_element_behind() -> None:
    rows = '<li class="a"><a href="/zw/art_1.html" title="甲">甲</a></li><li class="b">2026-01-02</li>'
    html = f'<ul>{rows}</ul><i count="1"></i>'
    body = json.dumps({"success": True, "data": {"html": html}})
    listed = read("jpaas_unit", body, {"rows": "li.a", "date": "+li.b"}, url="https://jpaas.test/zw/index.html")
    assert listed.entries == (Entry("https://jpaas.test/zw/art_1.html", "甲", date(2026, 1, 2)),)
    assert listed.next is None


# --- gkmlpt ---------------------------------------------------------------------------------------------------------


def test_gkmlpt_finds_the_site_number_and_reads_all_pages() -> None:
    entries, going = crawl("gkmlpt", "http://gkmlpt.test/gkmlpt/index")
    assert [(entry.url, entry.published) for entry in entries] == [
        ("http://gkmlpt.test/gkmlpt/content/7/12/post_10012.html", date(2026, 4, 8)),
        ("http://gkmlpt.test/gkmlpt/content/7/12/post_10011.html", date(2026, 3, 27)),
        ("http://gkmlpt.test/gkmlpt/content/7/12/post_10010.html", date(2026, 1, 9)),
        ("http://other.gkmlpt.test/gkmlpt/content/7/11/post_10009.html", date(2025, 12, 31)),
    ]
    assert (entries[0].doc_number, entries[1].doc_number) == ("某府办规〔2026〕3号", None)
    assert entries[2].title == "关于<机器人>产业的意见"
    assert (going.total, going.missing) == (4, 0)


def test_gkmlpt_of_a_department_whose_second_page_is_404_is_incomplete() -> None:
    entries, going = crawl("gkmlpt", "http://gkmlpt.test/gzkj/gkmlpt/index", {"sid": "200200"})
    assert (len(entries), going.stop, going.total, going.missing) == (1, Stop.EMPTY, 103, 102)


def test_gkmlpt_without_a_site_number_is_described() -> None:
    with pytest.raises(LayoutChangedError, match=r"SID in window\._CONFIG, found a page without title, 0 links"):
        read("gkmlpt", "<html></html>", url="http://a.test/gkmlpt/index", page=0)


def test_gkmlpt_needs_its_own_address() -> None:
    with pytest.raises(OptionError, match="write http://host/gkmlpt/index"):
        FAMILIES["gkmlpt"].first(Listing("http://a.test/zwgk/"))


# --- the JSON families ----------------------------------------------------------------------------------------------


def test_cac_reads_a_channel() -> None:
    entries, going = crawl("cac_jsonlist", "https://cac.test/cms/JsonList", {"channel": "A09370303", "size": "2"})
    assert entries[0] == Entry(
        "https://cac.test/2026-08/12/c_1790001.htm", "生成式人工智能服务备案信息公告（2026年第3期）", date(2026, 8, 12)
    )
    assert (len(entries), going.stop, going.missing) == (3, Stop.END, 0)
    with pytest.raises(OptionError, match="option channel: is missing"):
        FAMILIES["cac_jsonlist"].first(Listing("https://cac.test/cms/JsonList"))


def test_miit_search_reads_both_depths_of_records() -> None:
    url = "https://miit.test/search-front-server/api/search/info?websiteid=1&q=&pg=2&cateid=51&p=1&group=distinct"
    entries, going = crawl("jpaas_search_front", url)
    assert [(entry.title, entry.published) for entry in entries] == [
        ("关于做好人工智能赋能新型工业化工作的通知", date(2026, 6, 18)),
        ("算力基础设施高质量发展行动计划", date(2026, 6, 1)),
        ("工业数据分类分级指南", date(2025, 12, 1)),
    ]
    assert (going.stop, going.missing) == (Stop.EMPTY, None)


def test_ucap_static_list_counts_from_two_and_drops_session_ids() -> None:
    entries, going = crawl("ucap", "https://ucap.test/gfxwj/list.shtml", {"rows": "ul.list-li li", "link": "h1 a"})
    assert [entry.published for entry in entries] == [date(2026, 3, 5), date(2026, 2, 10), date(2025, 11, 20)]
    assert entries[1].url == "https://ucap.test/scjxt/gfxwj/202602/1a1b2c3d4e5f60718293a4b5c6d7e8f9.shtml"
    assert (going.total, going.missing, going.missing_pages) == (3, 0, 0)


def test_ucap_search_reads_json() -> None:
    url = "https://ucap.test/common/search/843b17cc?_isAgg=true&_isJson=true&_pageSize=2&_template=index&page=1"
    entries, going = crawl("ucap", url)
    assert (len(entries), going.missing) == (3, 0)
    assert entries[0].url == "https://ucap.test/mysfgw/c100289/202605/aa1b2c3d4e5f60718293a4b5c6d7e8f9.shtml"


def test_ucap_search_may_answer_with_html() -> None:
    url = "https://ucap.test/es-search/search/77?_template=ucap/cdtf&page=1"
    body = '<div><li><a href="/a/202601/0a1b2c3d4e5f60718293a4b5c6d7e8f9.shtml">某办法</a><i>2026-01-09</i></li></div>'
    listed = read("ucap", body, {"answers": "html"}, url=url)
    assert listed.entries[0].published == date(2026, 1, 9)
    assert listed.next is not None
    assert "page=2" in listed.next.url


def test_ucap_post_search_of_hunan() -> None:
    listing = Listing(
        "https://ucap.test/search/common/search/80675",
        {"form": "datas[0][key]=status&datas[0][value]=4&_pageSize=20&_isAgg=", "size": "20"},
    )
    (ask,) = FAMILIES["ucap"].first(listing)
    assert (ask.method, dict(ask.form)["page"], dict(ask.form)["_isAgg"]) == ("POST", "1", "")


def test_govcn_file_of_new_policies() -> None:
    entries, going = crawl("govcn_json", "https://gov.test/zhengce/zuixin/ZUIXINZHENGCE.json")
    assert entries[0].published == date(2026, 8, 26)
    assert entries[1].url == "https://gov.test/zhengce/202607/content_7030001.htm"
    assert going.stop is Stop.END


def test_govcn_gazette_reads_issues_newest_first_and_passes_over_a_missing_one() -> None:
    entries, going = crawl("govcn_json", "https://gov.test/gongbao/gbgl.json")
    assert [entry.title for entry in entries] == [
        "国务院关于修改《某条例》的决定（第八〇〇号）",
        "国家网信办令（第20号） 人工智能标识办法",
        "国务院关于某规划的批复",
    ]
    assert entries[0].url == "https://gov.test/gongbao/2026/issue_12586/202604/content_7020001.html"
    assert (going.pages, going.missing_pages) == (3, 1)


def test_govcn_gazette_reads_as_many_issues_as_asked() -> None:
    entries, _ = crawl("govcn_json", "https://gov.test/gongbao/gbgl.json", {"issues": "1"})
    assert len(entries) == 2


def test_was5_pages_by_parameter() -> None:
    entries, going = crawl("trs_was", "http://moe.test/was5/web/search?channelid=267907&page=1")
    assert [entry.title for entry in entries] == [
        "教育部关于人工智能教育的意见",
        "数字教育行动方案",
        "高校科研管理规定",
    ]
    assert (going.total, going.missing, going.missing_pages) == (3, 0, 0)


def test_nda_drops_pop_ups_and_folds_mobile_twins() -> None:
    entries, going = crawl("nda", "https://nda.test/sjj/zcfb/list/index_pc_1.html")
    assert [entry.title for entry in entries] == [
        "关于促进高质量数据集建设的意见",
        "可信数据空间发展行动计划",
        "数据流通安全治理方案",
    ]
    assert entries[1].url == "https://nda.test/sjj/zcfb/0715/20260715103012345678902_pc.html"
    assert (going.total, going.missing, going.missing_pages) == (3, 0, 0)


def test_trs_json_reads_over_a_trailing_comma() -> None:
    entries, _ = crawl("trs_json", "https://trsjson.test/wj/gfxwj.json")
    assert entries == [
        Entry(
            "https://trsjson.test/wj/202606/t20260601_7001.shtml",
            "省发改委关于印发 算力规划的通知",
            date(2026, 6, 1),
            "某发改规〔2026〕2号",
        ),
        Entry("https://trsjson.test/wj/202512/t20251201_7002.shtml", "省级数据中心管理办法", date(2025, 12, 1)),
    ]


@pytest.mark.parametrize(
    "wrapped",
    [
        'jQuery17_1({"data":[{"url":"/c_1.htm","title":"甲"}]});',
        '/**/cb({"data":[{"url":"/c_1.htm","title":"甲"}]})',
        'var list = {"data":[{"url":"/c_1.htm","title":"甲"}]};',
        '\ufeff{"data":[{"url":"/c_1.htm","title":"甲",}],}',
    ],
)
def test_jsonp_is_json(wrapped: str) -> None:
    assert read("json_list", wrapped).entries == (Entry("https://www.list.test/c_1.htm", "甲"),)


def test_json_addresses_may_be_made_of_fields() -> None:
    body = json.dumps({"data": {"list": [{"iid": "ab/1", "title": "甲", "publishDate": "2026/1/2"}]}})
    options = {
        "rows": "data.bean.results data.list",
        "link": "/front/info/detail?iid={iid}",
        "date": "publishdate publishDate",
    }
    (entry,) = read("json_list", body, options).entries
    assert entry == Entry("https://www.list.test/front/info/detail?iid=ab%2F1", "甲", date(2026, 1, 2))


def test_json_rows_without_a_date_have_the_one_in_their_address() -> None:
    body = json.dumps({"data": [{"url": "/zc/t20260102_1.html", "title": "甲", "time": "[01-02]"}]})
    assert read("json_list", body, {"date": "time"}).entries[0].published == date(2026, 1, 2)


def test_json_list_ends_with_the_row_that_completes_the_total() -> None:
    rows = [{"url": f"/c_{number}.htm", "title": "甲"} for number in range(2)]
    options = {"total": "total", "page_param": "page"}
    assert read("json_list", json.dumps({"total": 2, "data": rows}), options).next is None
    assert read("json_list", json.dumps({"total": 3, "data": rows}), options).next is not None
    assert read("json_list", json.dumps({"total": 4, "data": rows}), options, page=2).next is None


def test_json_times_in_utc_are_days_in_china() -> None:
    body = json.dumps(
        {"rows": [{"DOCTITLE": "甲", "DOCPUBURL": "/1.html", "DOCRELTIME": "2026-01-05T16:30:00.000+0000"}]}
    )
    options = {"rows": "rows", "url": "DOCPUBURL", "title": "DOCTITLE", "date": "DOCRELTIME"}
    assert read("json_list", body, options).entries[0].published == date(2026, 1, 6)


def test_json_number_of_a_page_goes_where_the_address_has_it() -> None:
    listing = Listing("http://a.test/get?pageIndex=1&pageSize=20", {"method": "POST", "page_param": "pageIndex"})
    assert FAMILIES["json_list"].first(listing) == (Ask("http://a.test/get?pageIndex=1&pageSize=20", "POST"),)
    in_form = Listing("http://a.test/load?pageSize=15", {"form": "channel_id=dc1a", "page_param": "pageIndex"})
    (ask,) = FAMILIES["json_list"].first(in_form)
    assert ask.form == (("channel_id", "dc1a"), ("pageIndex", "1"))


def test_json_without_rows_is_a_list_only_if_the_server_says_so() -> None:
    options = {"total": "total"}
    assert read("json_list", '{"total": 0, "data": []}', options) == Listed((), None, 0)
    for body in ('{"total": 45, "data": []}', '{"data": []}'):
        with pytest.raises(LayoutChangedError, match="rows at data, found none"):
            read("json_list", body, options)


def test_json_with_other_keys_names_them() -> None:
    with pytest.raises(LayoutChangedError, match="expected a list at data, found an object with code, msg"):
        read("json_list", '{"msg": "接口不存在", "code": 500}')


def test_json_rows_with_other_fields_are_a_changed_layout() -> None:
    with pytest.raises(LayoutChangedError, match="expected rows with url and title, found 2 of 2 rows without"):
        read("json_list", '{"data": [{"name": "甲"}, {"name": "乙"}]}')


# --- the walk -------------------------------------------------------------------------------------------------------


def listed(*urls: str, following: str | None = "next", total: int | None = None) -> Listed:
    return Listed(tuple(Entry(url, url) for url in urls), Ask(following) if following else None, total)


def test_walk_stops_where_a_page_comes_again() -> None:
    start = Walk().after(listed("a", "b")).after(listed("c", "d"))
    assert start.after(listed("b", "a")).stop is Stop.FIRST
    assert start.after(listed("d", "c")).stop is Stop.AGAIN
    assert start.after(listed("e")).stop is None
    assert start.after(listed("e", following=None)).stop is Stop.END
    assert start.after(listed(following=None)).stop is Stop.EMPTY


def test_walk_goes_on_over_a_page_that_only_points_on() -> None:
    going = Walk().after(listed())
    assert (going.stop, going.next, going.addresses) == (None, Ask("next"), ())


def test_walk_tells_new_entries_and_what_is_missing() -> None:
    going = Walk().after(listed("a", "b", total=5)).after(listed("b", "c", following=None))
    assert [entry.url for entry in going.fresh] == ["c"]
    assert (going.found, going.missing) == (3, 2)
    assert Walk().after(listed("a", following=None)).missing is None


# --- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["gbk/", "gbk/lies.htm", "gbk/claims_gbk.htm"])
def test_pages_whose_charset_is_missing_or_wrong(path: str) -> None:
    entries, _ = crawl("trs_static", f"http://traps.test/{path}")
    assert [(entry.title, entry.published) for entry in entries] == [
        ("关于发放人工智能算力补贴的公告", date(2026, 3, 3)),
        ("关于数据交易场所的管理办法", None),
    ]


SENTENCE = "为贯彻落实国家人工智能发展规划，支持企业使用算力，现将有关事项通知如下。"
TRADITIONAL = "為貫徹落實人工智能發展規劃，支持企業使用算力，現將有關事項公佈如下。"


@pytest.mark.parametrize(
    ("text", "encoding", "content_type"),
    [
        (SENTENCE, "gb18030", "text/html"),
        (SENTENCE, "gb18030", "text/html; charset=ISO-8859-1"),
        (SENTENCE, "gb18030", "text/html; charset=utf-8"),
        (SENTENCE, "gb18030", "text/html; charset=no-such-thing"),
        (SENTENCE, "utf-8", "text/html; charset=gbk"),
        ("人工智能", "utf-8", "text/html; charset=gbk"),
        (SENTENCE, "utf-8-sig", "text/html"),
        (SENTENCE, "utf-16", "text/html"),
        (TRADITIONAL, "big5", "text/html; charset=big5"),
        (TRADITIONAL, "big5", "text/html"),
        ("plain", "ascii", ""),
    ],
)
def test_text_comes_out_whatever_is_declared(text: str, encoding: str, content_type: str) -> None:
    assert decode(text.encode(encoding), {"CONTENT-TYPE": content_type}) == text


def test_a_character_cut_in_two_does_not_change_the_encoding() -> None:
    body = SENTENCE.encode() + "通".encode()[:2] + b"...</a>" + SENTENCE.encode()
    assert decode(body, {}) == f"{SENTENCE}\ufffd...</a>{SENTENCE}"


@given(st.binary(max_size=200), st.text(max_size=30))
def test_decoding_never_fails(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, {"content-type": content_type}), str)


# --- dates and titles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-08-07", date(2026, 8, 7)),
        ("2026.08.07", date(2026, 8, 7)),
        ("2026/8/7", date(2026, 8, 7)),
        ("2026年8月7日", date(2026, 8, 7)),
        ("2026- 08-\n 07", date(2026, 8, 7)),
        ("[2026-08-07]", date(2026, 8, 7)),
        ("（2026-08-07）", date(2026, 8, 7)),
        ("2026-08-12 17:00:00.0", date(2026, 8, 12)),
        ("2026-05-12 09:30:002026-05-13 10:02:11", date(2026, 5, 12)),
        ("20260807", date(2026, 8, 7)),
        (1786060800, date(2026, 8, 7)),
        ("1786060800000", date(2026, 8, 7)),
        ("2026-01-05T16:30:00Z", date(2026, 1, 6)),
        ("2026-01-05T16:30:00+08:00", date(2026, 1, 5)),
        ("[08-07]", None),
        ("2026-08", None),
        ("2026-13-40", None),
        ("2026-02-00018", None),
        ("", None),
        (None, None),
        (True, None),
        (0, None),
        ("9999999999999", None),
    ],
)
def test_dates_in_all_shapes_seen(value: object, expected: date | None) -> None:
    assert read_date(value) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.test/zc/202605/t20260512_1.html", date(2026, 5, 12)),
        ("https://a.test/art/2026/8/7/art_1_2.html", date(2026, 8, 7)),
        ("https://a.test/2026-08/12/c_1.htm", date(2026, 8, 12)),
        ("https://a.test/x/2026/3/5/0a1b2c3d4e5f60718293a4b5c6d7e8f9.shtml", date(2026, 3, 5)),
        ("https://a.test/2026/03-05/123456.html", date(2026, 3, 5)),
        ("https://a.test/nw/20260305/0a1b2c3d4e5f60718293a4b5c6d7e8f9.html", date(2026, 3, 5)),
        ("https://a.test/bjtz/202603051234/index.shtml", date(2026, 3, 5)),
        ("https://a.test/x/202603/0a1b2c3d4e5f60718293a4b5c6d7e8f9.shtml", None),
        ("https://a.test/art/2026/art_0a1b2c3d4e5f60718293a4b5c6d7e8f9.html", None),
        ("https://a.test/zc/202605/t20261399_1.html", None),
    ],
)
def test_dates_in_addresses(url: str, expected: date | None) -> None:
    assert date_in_url(url) == expected


def test_a_date_without_a_year_takes_it_from_an_address_that_agrees() -> None:
    url = "https://a.test/t20260303_1.html"
    assert listed_date("[03-03]", url) == date(2026, 3, 3)
    assert listed_date("[03-04]", url) is None
    assert listed_date("[03-03]", "https://a.test/c_1.htm") is None
    assert listed_date("", url) == date(2026, 3, 3)


@given(st.text() | st.integers() | st.floats())
def test_reading_a_date_never_fails(value: object) -> None:
    read_date(value)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("关于<em>人工智能</em>的&ldquo;若干&rdquo;措施", "关于人工智能的“若干”措施"),
        ("关于&lt;办法&gt;的通知", "关于<办法>的通知"),
        ("关于<生成式服务办法>的通知", "关于<生成式服务办法>的通知"),
        ("  甲\n\u3000乙&nbsp;丙\u200b ", "甲 乙 丙"),
        ("某某局<br/>某某局关于甲的通知", "某某局某某局关于甲的通知"),
    ],
)
def test_titles_lose_mark_up_and_keep_brackets(raw: str, expected: str) -> None:
    assert clean_title(raw) == expected


@pytest.mark.parametrize(
    ("shown", "attribute", "expected"),
    [
        ("关于印发某办法的通…", "关于印发某办法的通知", "关于印发某办法的通知"),
        ("关于印发某办法的通...", "", "关于印发某办法的通..."),
        ("关于印发某办法的通知", "", "关于印发某办法的通知"),
        ("关于印发某办法的通知", "关于印发", "关于印发某办法的通知"),
        ("", "关于印发某办法的通知", "关于印发某办法的通知"),
    ],
)
def test_the_fuller_title_is_taken(shown: str, attribute: str, expected: str) -> None:
    assert fuller_title(shown, attribute) == expected


def test_numbers_without_their_labels() -> None:
    assert clean_number("发文字号：某府令〔2026〕7号\u200b") == "某府令〔2026〕7号"
    assert [clean_number(text) for text in ("无", " ", "-", "文号：")] == [None] * 4
    assert number_in("索引号 2026-02-00018 某政办发[2026]12号") == "某政办发[2026]12号"
    assert number_in("2026-02-00018") is None
