"""Encodings: declared, misdeclared and not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read.encoding import MAX_BYTES, decode

SIMPLIFIED = "各区人民政府，市政府各部门：现将《支持人工智能产业发展的若干措施》印发给你们，请认真贯彻执行。"
TRADITIONAL = "各區人民政府，市政府各部門：現將《支援人工智慧產業發展的若干措施》印發給你們，請認真執行。"


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "gb18030", "utf-8-sig"])
def test_simplified_text_is_read_whatever_is_declared(encoding: str, declared: str | None) -> None:
    content_type = f"text/html; charset={declared}" if declared else None
    assert decode(SIMPLIFIED.encode(encoding), content_type).text == SIMPLIFIED


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "big5"])
@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "gb18030"])
def test_traditional_text_is_read_whatever_is_declared(encoding: str, declared: str | None) -> None:
    page = f'<meta charset="{declared}">{TRADITIONAL}' if declared else TRADITIONAL
    assert decode(page.encode(encoding)).text == page


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_with_and_without_its_mark(encoding: str) -> None:
    page = f"<html><head><title>x</title></head><body>{SIMPLIFIED}</body></html>"
    assert decode(page.encode(encoding)).text == page


def test_page_that_is_cut_in_the_middle_of_a_character_is_still_of_its_encoding() -> None:
    assert decode(SIMPLIFIED.encode()[:-1]).text == SIMPLIFIED[:-1] + "\ufffd"
    assert decode(SIMPLIFIED.encode("gbk")[:-1]).encoding == "gb18030"


def test_damaged_spot_does_not_change_the_encoding() -> None:
    body = (SIMPLIFIED * 5).encode()
    assert decode(body[:100] + b"\xff" + body[100:]).encoding == "utf-8"


def test_many_unreadable_characters_are_said() -> None:
    decoded = decode(("各区" * 50).encode() + b"\xff\xfe\xfd" * 40)
    assert any("无法解码" in problem for problem in decoded.problems)


def test_rare_characters_of_gb18030_are_read() -> None:
    text = SIMPLIFIED + "䶮㙍镕"
    assert decode(text.encode("gb18030")).text == text


def test_nul_bytes_are_left_out() -> None:
    assert decode(b"a\x00b").text == "ab"


def test_too_large_a_page_is_cut_and_said() -> None:
    decoded = decode(b"a" * (MAX_BYTES + 1))
    assert len(decoded.text) == MAX_BYTES
    assert decoded.problems == ("页面超过 8 MB，只读取了前面部分",)


def test_nothing_is_nothing() -> None:
    assert decode(b"") == decode(b"", "text/html")
    assert decode(b"").text == ""


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_give_text(body: bytes, content_type: str) -> None:
    assert "\x00" not in decode(body, content_type).text


@given(st.text(alphabet=SIMPLIFIED, min_size=10, max_size=80), st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_of_frequent_characters_is_read_back(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text
