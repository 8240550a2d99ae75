"""Titles and numbers as lists write them: with mark-up, entities, cut short, with the number beside them."""

import re

from w3lib.html import remove_tags, replace_entities

MARKUP = ("em", "b", "strong", "font", "span", "br", "i", "u", "sup", "sub", "p", "a")
"""Tags that are mark-up inside a title. Any other <…> is a bracket around a document's name and stays."""

CUT = re.compile(r"(?:\.{2,}|…+)$")

_YEAR = r"[〔\[［(（【﹝]\s*(?:19|20)\d\d\s*[〕\]］)）】﹞]"
NUMBER = re.compile(rf"[\u4e00-\u9fff]{{1,20}}\s*{_YEAR}\s*(?:第\s*)?\d{{1,5}}\s*号")

TEMPLATE = re.compile(r"\{\{|\$\{|<%|\{%|#\{")
"""Placeholders of a template that the browser would have filled."""


def clean_title(text: str) -> str:
    """Return a title without mark-up, entities and runs of white space; empty if nothing is left."""
    bare = remove_tags(replace_entities(text), which_ones=MARKUP)
    return " ".join(bare.replace("\u200b", "").split())


def fuller_title(shown: str, attribute: str) -> str:
    """Return the longer of the text that is shown and the title attribute, where the shown one may be cut short."""
    shown, attribute = clean_title(shown), clean_title(attribute)
    if CUT.search(shown):
        start = CUT.sub("", shown).strip()
        return attribute if attribute.startswith(start) or len(attribute) > len(shown) else shown
    return max(attribute, shown, key=len)


def clean_number(text: str) -> str | None:
    """Return a field that holds a 发文字号 without its label; `None` for an empty one, `无` and `-`."""
    bare = re.sub(r"^.{0,8}[号文][:：]", "", " ".join(text.replace("\u200b", "").split())).strip()
    return None if bare in {"", "无", "-", "—", "/", "null"} else bare


def number_in(text: str) -> str | None:
    """Return the first 发文字号 in a text; `None` if there is none."""
    match = NUMBER.search(text)
    return re.sub(r"\s+", "", match[0]) if match else None
