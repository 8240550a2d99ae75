"""Which of the numbers in a head is the document's own, and not one that it names."""

import re

from index.read.metadata.dates import DAY
from index.read.metadata.numbers import Number, find_numbers
from index.read.metadata.titles import is_title

_GOES_ON = re.compile(r"[、，和及与等》）。；]|文|以及|的|公布|发布|规定|要求|自|印发|同时|废止|（?(?:以下|下称|简称)")
_REVISED = re.compile(r"修订|修正|修改")
_PROMULGATED = re.compile(rf"公布|发布|{DAY}|施行")


def own_number(text: str) -> Number | None:
    """Return the first number of a head (folded, days masked) that stands where a document's own number stands."""
    for item in find_numbers(text):
        start = text.rfind("\n", 0, item.start) + 1
        end = text.find("\n", item.end)
        before, after = text[start : item.start].strip(), text[item.end : None if end < 0 else end]
        if _alone(before, after) or _ends_title(text[start : item.start], after) or _caption(before, after):
            return item
    return None


def _alone(before: str, after: str) -> bool:
    """Say whether the number begins its line (or stands there in brackets) and no sentence goes on behind it."""
    if before.endswith("文件") and len(before) < 40:
        before = ""
    if before == "（":
        return after.strip() == "）"
    return before == "" and not _GOES_ON.match(after.strip())


def _ends_title(before: str, after: str) -> bool:
    """…的通知（渚科规〔2025〕2号）, or the same without brackets behind a blank."""
    plain = before.rstrip()
    after = re.sub(rf"[ \t]{DAY} *$", "", after)
    if plain.endswith("（") and after.strip() in {"）", "）。"}:
        title = plain[:-1].rstrip()
    elif before.endswith((" ", "\t")) and not after.strip():
        title = plain
    else:
        return False
    return not title.endswith("》") and is_title(re.sub(r"\s", "", title))


def _caption(before: str, after: str) -> bool:
    """（2023年9月1日江屿省人民政府令第301号公布 自2023年12月1日起施行）, not the history of revisions."""
    return (
        before.startswith("（")
        and re.fullmatch(rf"（{DAY} *(?:以|由|经)?", before) is not None
        and _PROMULGATED.match(after.strip()) is not None
        and not _REVISED.search(after.partition("）")[0])
    )
