"""Hostile pages and texts: what readers must end with in bounded time and memory, whatever it means."""

from collections.abc import Callable, Mapping

LETTERS = 12_000
"""Characters of a hostile text: what takes time with the square of it shows, and what does not stays quick."""


def page(inner: str) -> bytes:
    """A page that holds `inner` in a container of the body."""
    head = "<html><head><meta charset=utf-8><title>澜川市关于印发算力办法的通知</title></head>"
    return f"{head}<body><div class='TRS_Editor'>{inner}</div></body></html>".encode()


def _filled(inner: str) -> str:
    return "<p>对完成备案的企业给予最高100万元奖励。</p>" + inner


PAGES: Mapping[str, Callable[[], bytes]] = {
    "nested 100,000 deep": lambda: page("<div>" * 100_000 + "甲" + "</div>" * 100_000),
    "nested inline 100,000 deep": lambda: page("<b><i>" * 50_000 + "甲"),
    "nested tables": lambda: page("<table><tr><td>" * 2_000 + "甲"),
    "nested lists": lambda: page("<ul><li>" * 20_000 + "甲"),
    "unclosed containers": lambda: page("<div class='TRS_Editor'>甲乙丙" * 3_000),
    "one line of 10 MB": lambda: page("甲乙丙丁。" * 700_000),
    "one line of 10 MB without an end": lambda: page("甲" * 3_400_000),
    "10 MB of blanks": lambda: page("甲" + " " * 10_000_000 + "乙"),
    "10 MB of blank lines": lambda: page("甲" + "\n" * 10_000_000 + "乙"),
    "blanks and breaks in turns": lambda: page("甲" + " \n\t" * 300_000 + "乙"),
    "wide blanks": lambda: page("甲" + "\u3000" * 300_000 + "乙"),
    "blanks that do not print": lambda: page("甲" + "\u200b\xa0" * 300_000 + "乙"),
    "tag of many attributes": lambda: page("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">甲</p>"),
    "tags of many attributes": lambda: page(("<p " + " ".join(f"a{n}=1" for n in range(400)) + ">甲</p>") * 500),
    "attribute of 5 MB": lambda: page("<p title='" + "甲" * 1_600_000 + "'>甲</p>"),
    "style of 5 MB": lambda: page("<p style='" + "display " * 600_000 + "'>甲</p>"),
    "class of 100,000 names": lambda: page("<p class='" + " ".join(f"n{n}" for n in range(100_000)) + "'>甲</p>"),
    "one class on 100,000 elements": lambda: page("<span class=share>甲</span>" * 100_000),
    "hidden elements": lambda: page(_filled("<p style='display:none'>甲</p>" * 50_000)),
    "table of 100,000 cells": lambda: page(f"<table>{('<tr>' + '<td>1万元</td>' * 10 + '</tr>') * 10_000}</table>"),
    "row of 100,000 cells": lambda: page(f"<table><tr>{'<td>甲</td>' * 100_000}</tr></table>"),
    "spans over everything": lambda: page(
        f"<table>{'<tr>' + '<td rowspan=9999 colspan=9999>甲</td>' * 20 + '</tr>'}" + "<tr><td>乙</td></tr>" * 5_000
    ),
    "links": lambda: page("<a href='a.pdf'>附件1</a>" * 30_000),
    "long links": lambda: page(("<a href='" + "a" * 3_000 + ".pdf'>附件</a>") * 1_000),
    "headings": lambda: page("<h1>关于</h1>" * 30_000),
    "title of strokes": lambda: b"<html><head><title>" + b"- " * 100_000 + b"</title></head><body><p>x</p></body>",
    "labels beside the body": lambda: page("甲") + "<span>索引号：甲</span>".encode() * 30_000,
    "cells beside the body": lambda: page("甲") + "<table><tr><td>索引号</td><td>甲</td></tr></table>".encode() * 5_000,
    "no container, much text": lambda: ("<html><body>" + "<p>对企业给予奖励。</p>" * 20_000).encode(),
    "no container, deep": lambda: ("<html><body>" + "<div>对企业给予奖励" * 2_000).encode(),
    "entities": lambda: page("&nbsp;&#x4e00;&amp" * 50_000),
    "broken entities": lambda: page("&#x110000;&#-1;&zzz;" * 30_000),
    "comments": lambda: page("<!--" * 100_000),
    "open brackets": lambda: page("<" * 300_000),
    "script without an end": lambda: b"<html><body><script>" + b"DETAIL: {" * 50_000,
    "records in scripts": lambda: ("<script>DETAIL: " + '{"a":' * 20_000 + "</script><body>甲").encode(),
    "bytes of no encoding": lambda: bytes(range(128, 256)) * 20_000,
    "every character there is": lambda: page("".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x30000)]))),
    "nothing": lambda: b"",
    "NUL": lambda: b"\x00" * 100_000,
}

PIECES = (
    "1", "1,000,", "1.", "１2三，", "9" * 40 + "万元", "第", "第一条", "第一条 甲\n", "第1条第", "一、", "一、甲\n",
    "（1）", "①", "《", "》", "《》", "《甲", "《〈", "〈〉", "《甲办法》、", "《甲办法》（甲发〔2024〕3号）", "（",
    "（）", "（一）", "（2025年3月7日", "令第1号", "令第1号\n", "令 \n ", "公告 第", "号", "1号", "〔2024〕",
    "甲发〔2024〕3号、", "甲 发 〔 2024 〕 3 号 ", "万", "亿", "万万万元", "壹佰万元", "百分之", "50%", "5‰",
    "三分之一", "1:1", "最高", "不", "每年", "给予最高100万元奖励，", "对备案企业给予最高100万元奖励。",
    "分别给予10万元、20万元、30万元", "按50%给予最高1万元", "元", "不超过", "废止《甲办法》", "《甲办法》同时废止。",
    "根据《", "根据，", "本《", "本办法", "自2025年3月7日起施行，", "有效期3年，", "，有效期", "至2025年3月7日",
    "2025年3月7日", "2025年3月7日至3月8日", "二〇二五年三月七日", "3月7日17:30", "2025 ", "自发布之日", " ", "　",
    "\t", "\n", "1 ", "甲 ", "甲\t", "发文字号：", "发文字号：\n", "索 引 号 ： ", "〔", "：", "，", "、", "-", "—",
    "|1|", "“", "附件1：", "附件1\n", "附件：1.甲\n2.乙\n", "各有关单位：\n", "甲市科技局", "甲市科技局\n",
    "甲市科技局\n2025年3月7日\n", "政府", "目录\n", "第一章\n", "抄送：\n", "2025年3月7日印发\n", "关于印发", "通知",
    "甲\n", "甲\t乙\t1万元\n", "一\t奖励\t1万元\t5%\n", "規（guī）", "備", "人工智慧", "申报时间：",
    "申报时间：2025年3月1日至3月7日\n", "联系人：\n", "。" + " " * 250 + "2025年3月1日",
)  # fmt: skip


def text(piece: str, letters: int = LETTERS) -> str:
    """A text of nothing but `piece`."""
    return (piece * (letters // len(piece) + 1))[:letters]
