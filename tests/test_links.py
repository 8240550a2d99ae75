import re
import string
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from crawler.links import allowed, attachments, further_pages, resolve
from data.addresses import canonical

SITES = Path(__file__).parent / "sites"

SPACES = ["\t", "\n", "\r", " ", "\u3000", "\ud800", "\x00"]
WORDS = r"""
http https HTTP : // / \ @ ? # & = % %2e %2F %zz . .. [ ] ::1 :80 :8080 :99999 。 ． ａ 政策 xn-- xn--fiq228c
a.gov.cn A.GOV.CN evil.test 127.0.0.1 javascript: mpost_1.html x_wap.html
;jsessionid=1 sid=0123456789abcdef01 _=1786060800000
"""
PIECES = st.sampled_from([*WORDS.split(), *SPACES])
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60)
URLS = st.lists(PIECES, max_size=10).map(lambda pieces: "http://a.gov.cn" + "".join(pieces)) | TEXTS


# --- canonical ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://WWW.Gov.CN:443/a", "https://www.gov.cn/a"),
        ("http://www.gov.cn:80", "http://www.gov.cn/"),
        ("http://www.gov.cn:0080/", "http://www.gov.cn/"),
        ("http://www.gov.cn:8080/a", "http://www.gov.cn:8080/a"),
        ("https://www.gov.cn./a", "https://www.gov.cn/a"),
        ("http://a.gov.cn/b/./c/../d.html", "http://a.gov.cn/b/d.html"),
        ("http://a.gov.cn/../../d", "http://a.gov.cn/d"),
        ("http://a.gov.cn/b/..", "http://a.gov.cn/"),
        ("http://a.gov.cn/b/c/.", "http://a.gov.cn/b/c/"),
        ("http://a.gov.cn/%2e%2E/d", "http://a.gov.cn/d"),
        ("http://a.gov.cn/a#top", "http://a.gov.cn/a"),
        ("http://a.gov.cn/a?", "http://a.gov.cn/a"),
        ("http://a.gov.cn/a?b=2&a=1", "http://a.gov.cn/a?b=2&a=1"),
        ("http://a.gov.cn/a;jsessionid=9F00AA11BB22CC33.n1?b=1", "http://a.gov.cn/a?b=1"),
        ("http://a.gov.cn/a.jsp;JSESSIONID=9F?b=1", "http://a.gov.cn/a.jsp?b=1"),
        ("http://a.gov.cn/a?PHPSESSID=0123456789abcdef01&b=1", "http://a.gov.cn/a?b=1"),
        ("http://a.gov.cn/a?sid=0123456789abcdef01", "http://a.gov.cn/a"),
        ("http://a.gov.cn/gkmlpt/api/all/0?page=1&sid=755001", "http://a.gov.cn/gkmlpt/api/all/0?page=1&sid=755001"),
        ("http://a.gov.cn/a?id=5&_=1786060800000&t=1786060800", "http://a.gov.cn/a?id=5"),
        ("http://a.gov.cn/a?rnd=0.7263548123", "http://a.gov.cn/a"),
        ("http://a.gov.cn/a?t=4&time=2026", "http://a.gov.cn/a?t=4&time=2026"),
        ("http://a.gov.cn/%7euser/%e6%94%BF", "http://a.gov.cn/~user/%E6%94%BF"),
        ("http://a.gov.cn/政策 库?q=人 工", "http://a.gov.cn/%E6%94%BF%E7%AD%96%20%E5%BA%93?q=%E4%BA%BA%20%E5%B7%A5"),
        ("http://a.gov.cn/a%2Fb%3Fc?d=%26e", "http://a.gov.cn/a%2Fb%3Fc?d=%26e"),
        ("http://a.gov.cn/100%", "http://a.gov.cn/100%25"),
        ("http://a.gov.cn\\zc\\a.html", "http://a.gov.cn/zc/a.html"),
        ("  http://a.gov.cn/a\n", "http://a.gov.cn/a"),
        ("http://政务.cn/a", "http://xn--zfr164b.cn/a"),
        ("http://a。gov．cn/a", "http://a.gov.cn/a"),
        ("http://a.gov.cn/gkmlpt/content/7/12/mpost_10011.html", "http://a.gov.cn/gkmlpt/content/7/12/post_10011.html"),
        ("http://a.gov.cn/sjj/0715/2026_wap.html", "http://a.gov.cn/sjj/0715/2026_pc.html"),
        ("javascript:void(0)", "javascript:void(0)"),
        ("mailto:a@gov.cn", "mailto:a@gov.cn"),
        ("https://a.gov.cn@evil.test/", "https://a.gov.cn@evil.test/"),
        ("http://[::1/", "http://[::1/"),
        ("", ""),
    ],
)  # fmt: skip
def test_canonical_form(url: str, expected: str) -> None:
    assert canonical(url) == expected


@given(URLS)
@example("http://a.gov.cn/%%41B")
@example("http://a.gov.cn/;jsess;jsessionid=xionid=1")
@example("http://a.gov.cn/.;jsessionid=1/..")
@example("http://a.gov.cn?&&")
@example("http://a.gov.cn//\ud800")
def test_canonical_is_idempotent_and_never_fails(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@given(st.text(string.ascii_letters + string.digits + "/._-%?&=~政", max_size=40))
def test_canonical_keeps_what_a_server_would_read(rest: str) -> None:
    plain = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", rest)
    address = canonical(f"http://a.gov.cn/{plain}")
    assert address.isascii()
    assert address.startswith("http://a.gov.cn/")


# --- resolve --------------------------------------------------------------------------------------------------------

PAGE = "https://www.a.gov.cn/zc/gfxwj/index_1.html"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("./202601/t20260101_1.html", "https://www.a.gov.cn/zc/gfxwj/202601/t20260101_1.html"),
        ("../../jd/a.html", "https://www.a.gov.cn/jd/a.html"),
        ("/x.html", "https://www.a.gov.cn/x.html"),
        ("//b.gov.cn/x.html", "https://b.gov.cn/x.html"),
        ("http://www.a.gov.cn/x.html", "https://www.a.gov.cn/x.html"),
        ("http://b.gov.cn/x.html", "http://b.gov.cn/x.html"),
        ("?page=2", "https://www.a.gov.cn/zc/gfxwj/index_1.html?page=2"),
        (".\\202601\\t1.html", "https://www.a.gov.cn/zc/gfxwj/202601/t1.html"),
        ("\\\\b.gov.cn\\x.html", "https://b.gov.cn/x.html"),
        ("./2026\n01/t1.html", "https://www.a.gov.cn/zc/gfxwj/202601/t1.html"),
        ("x.html#p2", "https://www.a.gov.cn/zc/gfxwj/x.html"),
        ("#top", None),
        ("", None),
        ("javascript:void(0)", None),
        ("JavaScript:open('/x.html')", None),
        ("mailto:a@a.gov.cn", None),
        ("tel:010-1", None),
        ("file:///etc/passwd", None),
        ("{{item.url}}", None),
        ("http://[::1/x", None),
    ],
)
def test_links_of_all_kinds(href: str, expected: str | None) -> None:
    assert resolve(href, PAGE) == expected


def test_a_page_over_http_keeps_links_to_http() -> None:
    assert resolve("/x.html", "http://www.sz.gov.cn/a/") == "http://www.sz.gov.cn/x.html"
    assert resolve("https://www.sz.gov.cn/x.html", "http://www.sz.gov.cn/a/") == "https://www.sz.gov.cn/x.html"


@given(TEXTS, URLS)
def test_resolving_never_fails_and_gives_canonical_addresses(href: str, base: str) -> None:
    address = resolve(href, base)
    assert address is None or canonical(address) == address


# --- allowed --------------------------------------------------------------------------------------------------------

HOSTS = ("a.gov.cn", "www.b.gov.cn:8080", "10.1.2.3")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.gov.cn",
        "http://a.gov.cn/x?y=1#z",
        "HTTPS://A.Gov.CN/x",
        "https://www.a.gov.cn/x",
        "http://a.gov.cn:80/",
        "https://a.gov.cn:443/",
        "http://www.b.gov.cn:8080/x",
        "http://m.www.b.gov.cn:8080/x",
        "http://10.1.2.3/x",
    ],
)
def test_allowed_addresses(url: str) -> None:
    assert allowed(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.gov.cn@evil.test/",
        "https://a.gov.cn:443@evil.test/",
        "https://user:pass@a.gov.cn/",
        "https://a.gov.cn.evil.test/",
        "https://eviLa.gov.cn/",
        "https://evil.test/a.gov.cn",
        "https://evil.test?a.gov.cn",
        "https://evil.test#a.gov.cn",
        "https://evil.test\\a.gov.cn/",
        "https://evil.test\\@a.gov.cn/",
        "https://a.gov.cn\\@evil.test/",
        "https:\\\\a.gov.cn/",
        "https://a.gov.cn\t.evil.test/",
        "https://a.gov\n.cn/",
        "https://a.gov.cn\n",
        "https://a。gov。cn/",
        "https://ａ.gov.cn/",
        "https://a.gov.cn%2eevil.test/",
        "https://a.gov.cn%00.evil.test/",
        "https://a.gov.cn:8443/",
        "https://www.b.gov.cn/",
        "http://a.gov.cn:443/",
        "http://a.gov.cn:/",
        "//a.gov.cn/",
        "a.gov.cn",
        "javascript:alert('https://a.gov.cn/')",
        "ftp://a.gov.cn/",
        "file://a.gov.cn/etc/passwd",
        "http:/a.gov.cn/",
        "http:///a.gov.cn/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://1.10.1.2.3/",
        "http://x.10.1.2.3/",
        "http://a.gov.cn./",
        "http://.a.gov.cn/",
        "http://a..gov.cn/",
        "http://gov.cn/",
        "",
    ],
)
def test_refused_addresses(url: str) -> None:
    assert not allowed(url, HOSTS)


@given(TEXTS.map(lambda text: f"https://{text}") | URLS | URLS.map(canonical))
@example("https://a.gov.cn@evil.test")
def test_allowed_is_never_true_of_another_host(url: str) -> None:
    if not allowed(url, ["a.gov.cn"]):
        return
    try:
        host = parse_url(url).host or ""
    except LocationParseError:
        pytest.fail(f"another parser cannot read {url!r}")
    assert host.lower() == "a.gov.cn" or host.lower().endswith(".a.gov.cn")
    assert parse_url(url).auth is None
    assert canonical(url).startswith(("http://", "https://"))


def test_an_ip_address_must_be_listed_itself() -> None:
    assert allowed("http://127.0.0.1:8123/x", ["127.0.0.1:8123"])
    assert not allowed("http://127.0.0.1:8124/x", ["127.0.0.1:8123"])
    assert allowed("http://[::1]:80/x", ["[::1]"])
    assert not allowed("http://127.0.0.1/", [])


# --- attachments ----------------------------------------------------------------------------------------------------


def site(path: str) -> tuple[str, str]:
    return (SITES / path).read_text(encoding="utf-8"), f"https://{path}"


def test_attachments_before_and_behind_the_signature() -> None:
    assert attachments(*site("trs.test/zcfb/202605/t20260512_1001.html")) == (
        "https://trs.test/zcfb/202605/P020260512345678901234.pdf",
        "https://trs.test/zcfb/202605/W020260512345678905678.docx",
        "https://trs.test/module/download/downfile.jsp?classid=0&filename=f00d.wps",
    )


def test_attachments_in_a_body_that_is_json_in_a_script() -> None:
    assert attachments(*site("gkmlpt.test/gkmlpt/content/7/12/post_10012.html")) == (
        "http://gkmlpt.test/attachment/7/12/55/10012.docx".replace("http:", "https:"),
    )


def test_attachments_of_a_page_with_an_unquoted_body_id() -> None:
    assert attachments(*site("cac.test/2026-08/12/c_1790001.htm")) == (
        "https://cac.test/rootimages/2026/08/12/1790001.xlsx",
    )


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="a.PDF">全文</a>', "a.PDF"),
        ('<a href="a.ofd?v=1">全文</a>', "a.ofd?v=1"),
        (
            '<a href="/down?fileName=%E9%99%84%E4%BB%B6.docx&id=3">下载</a>',
            "/down?fileName=%E9%99%84%E4%BB%B6.docx&id=3",
        ),
        ('<a href="/attach/8f3a">附件1.申报表.xls</a>', "/attach/8f3a"),
        ('<a href="/attach/8f3a" download="申报表.xlsx">下载</a>', "/attach/8f3a"),
        ('<a href="/attachment_url.jspx?cid=1&n=0" title="细则.doc">细则</a>', "/attachment_url.jspx?cid=1&n=0"),
        ('<a class="nfw-cms-attachment" href="/f/1">附件</a>', "/f/1"),
        ('<iframe src="/pdfjs/web/viewer.html?file=/f/a.pdf"></iframe>', "/f/a.pdf"),
        ('<embed src="a.pdf">', "a.pdf"),
        ('<a href="a.zip">（压缩包）</a>', "a.zip"),
        ('<a href="a.html">附件</a>', None),
        ("<a href=\"javascript:down('a.pdf')\">a.pdf</a>", None),
        ('<!-- <a href="a.pdf">全文</a> -->', None),
        ('<a href="http://[::1/a.pdf">全文</a>', None),
    ],
)
def test_kinds_of_attachments(link: str, expected: str | None) -> None:
    found = attachments(f"<html><body><p>{link}</p></body></html>", "https://a.gov.cn/")
    base = "https://a.gov.cn/"
    assert found == (() if expected is None else (base + expected.lstrip("/"),))


def test_an_attachment_is_named_once() -> None:
    assert attachments('<a href="a.pdf">1</a><a href="./a.pdf#p">2</a>', "http://a.gov.cn/") == (
        "http://a.gov.cn/a.pdf",
    )


@example("<A HREF=''\x1f>", "http://a.gov.cn")
@example('<A HREF=""{>', "http://a.gov.cn")
@given(
    st.text(max_size=200) | TEXTS.map(lambda text: f'<a href="{text}">x.pdf</a><script>"\\u003Ca {text}"</script>'),
    URLS,
)
def test_looking_for_links_never_fails(html: str, url: str) -> None:
    assert all(re.match("https?://", address) for address in attachments(html, url) + further_pages(html, url))


# --- further pages --------------------------------------------------------------------------------------------------


def test_pages_of_a_split_article() -> None:
    assert further_pages(*site("trs.test/zcfb/202604/t20260401_1003.html")) == (
        "https://trs.test/zcfb/202604/t20260401_1003_1.html",
        "https://trs.test/zcfb/202604/t20260401_1003_2.html",
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="content_12_2.htm">2</a><a href="content_12_3.htm">3</a>', ["content_12_2.htm", "content_12_3.htm"]),
        ('<a href="content_12.htm?page=2">第2页</a>', ["content_12.htm?page=2"]),
        ('<a href="content_12.htm?page=2">打印</a>', []),
        ('<a href="content_12.htm?page=1">1</a>', []),
        ('<a href="content_13.htm">下一篇</a>', []),
        ('<a href="content_12_2024.htm">往年</a>', []),
        ('<a href="//b.gov.cn/zc/content_12_2.htm">2</a>', []),
        ('<script>createPageHTML(1, 0, "content_12", "htm")</script>', []),
        ('<script>createPageHTML(9, 0, "index", "htm")</script>', []),
        ('<script>createPageHTML(2, 0, "content_12", "htm")</script>', ["content_12_1.htm"]),
    ],
)
def test_what_is_a_further_page(html: str, expected: list[str]) -> None:
    found = further_pages(html, "https://a.gov.cn/zc/content_12.htm")
    assert list(found) == [f"https://a.gov.cn/zc/{name}" for name in expected]


def test_an_article_of_endless_pages_is_cut() -> None:
    assert (
        len(further_pages('<script>createPageHTML(999999999, 0, "a", "html")</script>', "http://a.gov.cn/a.html")) == 99
    )
