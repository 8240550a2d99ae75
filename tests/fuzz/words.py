"""What fuzzed pages and clauses are made of: words that rules look for, in any order, and mark-up around them."""

from hypothesis import strategies as st

NUMBERS = (
    "1", "100", "1,000", "1.5", "０５", "一", "二十", "壹佰", "三分之一", "50%", "5‰", "10个百分点", "1:1",
    "99999999999999999999",
)  # fmt: skip
UNITS = (
    "万元",
    "亿元",
    "元",
    "万",
    "亿",
    "万美元",
    "%",
    "年",
    "个月",
    "日",
    "工作日",
    "家",
    "次",
    "算力券",
    "千亿参数",
)
MARKS = (
    "第一条", "第二条 ", "第十五条之一", "第三章 奖励", "一、", "（一）", "1.", "（1）", "①", "附件1",
    "附件：1.甲表", "附则", "其中，", "分别", "包括：", "对", "对于", "凡",
)  # fmt: skip
WORDS = (
    "给予", "奖励", "补贴", "最高", "不超过", "上限", "封顶", "每年", "累计", "一次性", "备案", "登记", "大模型",
    "算法", "企业", "单位", "的企业", "项目", "按", "不低于", "以上", "以内", "达到", "就高不重复", "不重复享受",
    "营业收入", "总投资", "罚款", "资金池", "租金", "本办法", "自", "起施行", "有效期", "至", "止", "自印发之日起",
    "同时废止", "废止", "根据", "修订", "试行", "征求意见稿", "解读", "关于印发", "通知", "办法", "细则", "《", "》",
    "〈", "〉", "“", "”", "澜川市科技局", "澜川市人民政府办公室", "各有关单位：", "澜川政发〔2024〕3号",
    "（澜科规〔2025〕12号）", "市人民政府令第58号", "2025年第3号公告", "索引号：", "发文字号：", "发布日期\t",
    "来源：", "2025年3月7日", "二〇二五年三月七日", "2025-13-40", "2027年底", "3月7日17:30", "2025年9月1日至9月30日",
    "即日起", "申报时间：", "申报材料", "联系人：", "印发", "抄送：", "此件公开发布", "目录", "規（guī）範",
    "人工智慧", "支援",
)  # fmt: skip
SIGNS = "，。；：、！？（）()[]〔〕【】…—-~～|/\t\n \u3000\u200b\xa0\ufeff\x00\ue000\U0001f600"

TAGS = (
    "p", "div", "span", "table", "tr", "td", "th", "ul", "li", "h1", "a", "br", "pre", "script", "style", "b", "body",
    "article", "iframe", "dl", "dt", "dd", "meta", "title", "o:p", "svg", "textarea", "base",
)  # fmt: skip
ATTRIBUTES = (
    "class=TRS_Editor", "id=zoom", "id='UCAP-CONTENT'", "class='share print'", "style='display:none'", "hidden",
    "colspan=3", "rowspan=99", "colspan=-1", "href='a.pdf'", "href='//[x'", "href='javascript:void(0)'",
    "src='b.doc'", "href=", "name=PubDate content='2025-03-07'", "name=ArticleTitle content='关于印发办法的通知'",
    "class=pages_content", "id=\"ti", "http-equiv=Content-Type content='text/html; charset=gb2312'", "charset=big5",
    "class=fj", "href='http://[::1'",
)  # fmt: skip

clauses = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(MARKS),
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from(UNITS)).map("".join),
        st.sampled_from(SIGNS),
        st.text(max_size=4),
        st.tuples(st.sampled_from((*WORDS, *SIGNS)), st.integers(2, 40)).map(lambda pair: pair[0] * pair[1]),
    ),
    max_size=60,
).map("".join)
"""Text as of clauses, in which anything stands beside anything."""

_element = st.tuples(st.sampled_from(TAGS), st.lists(st.sampled_from(ATTRIBUTES), max_size=3), st.booleans())
markup = st.lists(
    st.one_of(
        _element.map(lambda made: f"<{'' if made[2] else '/'}{made[0]} {' '.join(made[1] if made[2] else ())}>"),
        clauses,
        st.sampled_from(
            ("<!--", "-->", "<![CDATA[", "&nbsp;", "&#x110000;", "&amp", "DETAIL: {", '{"content": "<p>甲"}', "<", ">")
        ),
    ),
    max_size=30,
).map("".join)
"""Mark-up with such text in it, whose elements need not end."""

encodings = st.sampled_from(("utf-8", "gb18030", "big5hkscs", "utf-16", "utf-16-be"))
pages = st.one_of(
    st.tuples(markup, encodings).map(lambda pair: pair[0].encode(pair[1], "replace")),
    st.binary(max_size=200),
    st.tuples(markup, st.binary(max_size=8)).map(lambda pair: pair[0].encode("utf-8", "replace") + pair[1]),
)
"""Bytes of a page, in an encoding that it need not declare."""
