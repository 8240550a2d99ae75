"""Mark-up into a tree of bounded depth and size, and out of it what no reader sees."""

import re
from dataclasses import dataclass

from lxml import etree

UNSEEN = (
    "script", "style", "noscript", "template", "select", "option", "textarea", "button", "svg", "canvas", "math", "xml",
)  # fmt: skip
"""Elements whose text is never part of a page as one reads it."""

MAX_ELEMENTS = 200_000
"""The largest of nine real pages has 2,066; beyond this, mark-up is thrown away."""

LONGEST_TAG = 8000

_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_LONG_TAG = re.compile(rf"<([a-zA-Z][\w:]*)\s[^<>]{{{LONGEST_TAG},}}")
_NESTING = re.compile(
    r"</?(?:div|span|font|b|i|u|em|strong|section|center|blockquote|o:p|ul|ol|li|table|tbody)\b[^<>]*>", re.I
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree; root is None for a page without elements. problems: for people."""

    root: etree._Element | None
    problems: tuple[str, ...] = ()


def parse(text: str) -> Parsed:
    """Return the tree of a page or fragment, without comments. Never raises.

    Mark-up that is nested deeper than the parser goes (2048), or has too many elements, is parsed again without the
    elements that nest, so that at least its text remains.
    """
    text = _without_long_tags(text)
    root, gave_up = _tree(text)
    if gave_up or text.count("<") > 2 * MAX_ELEMENTS:
        flat, _ = _tree(_NESTING.sub("<br>", text))
        return Parsed(flat, ("网页标签嵌套过深或过多，版面信息未用于识别正文",))
    return Parsed(root)


def _without_long_tags(text: str) -> str:
    """Leave very long tags their name only: one with thousands of attributes takes the parser minutes."""
    half = LONGEST_TAG // 2  # what is longer than two halves covers one of them
    halves = (text[start : start + half] for start in range(0, len(text), half))
    if any("<" not in part and ">" not in part for part in halves):
        return _LONG_TAG.sub(r"<\1 ", text)
    return text


def strip_unseen(root: etree._Element) -> None:
    """Take scripts, styles and controls out of the tree."""
    etree.strip_elements(root, *UNSEEN, with_tail=False)


def _tree(text: str) -> tuple[etree._Element | None, bool]:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    allowed = text.replace("\ufffe", "").replace("\uffff", "")  # the tree gives them, but does not take them back
    body = allowed.encode("utf-8", "replace").translate(None, _CONTROLS)
    try:
        root = etree.fromstring(body, parser) if body.strip() else None
    except etree.XMLSyntaxError:  # nothing in it that could be an element
        return None, False
    gave_up = any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message for entry in parser.error_log)
    return root, gave_up
