"""Names of offices: 澜川市人民政府办公室, 国务院, 中共青屿市委网络安全和信息化委员会办公室.

All functions take folded text.
"""

import re
from functools import cache

from index.read.metadata.words import any_of, words

_SPACED = re.compile(r"(?<![一-龥])[一-龥](?: +[一-龥](?![一-龥]))+")
_STAMP = re.compile(r"（(?:代章|印章|盖章|公章|章|印)）$")
_ASIDE = re.compile(r"（[^（）]*）?")
_PARTS = re.compile(r"[、，；/ \t\n]+")
_JOINT = re.compile(r"等 *[\d一二三四五六七八九十两]+ *(?:个 *)?(?:部门|单位|委办局|厅局|家|委局)(?:单位)?$")
_STATE = re.compile(r"^中华人民共和国(?=.)(?!主席)")
_HEAD = re.compile(r"关于|印发|转发|批转|公布|发布|办理")
_LONGEST = 45
_PARTY = re.compile("中共|国家|中国|全国|国务院")


def split_issuers(text: str) -> tuple[str, ...]:
    """Return the offices that `text` lists, each once, in its order; parts that are no offices are left out."""
    plain = _JOINT.sub("", _ASIDE.sub("", join_spaced(_STAMP.sub("", text.strip()))))
    names = [name for part in _PARTS.split(plain) for name in _unglue(part)]
    return tuple(dict.fromkeys(_STATE.sub("", name) for name in names if is_issuer(name)))


def issuers_of_title(title: str) -> tuple[str, ...]:
    """Return the offices before 关于 or 印发 in a title, empty if there are none."""
    match = _HEAD.search(title)
    if match is None or match.start() == 0:
        return ()
    front = title[: match.start()]
    return split_issuers(front) if only_issuers(front) else ()


def only_issuers(line: str) -> bool:
    """Say whether a line holds names of offices and nothing else."""
    plain = _JOINT.sub("", _ASIDE.sub("", join_spaced(_STAMP.sub("", line.strip()))))
    parts = [part for part in _PARTS.split(plain) if part]
    return bool(parts) and all(is_issuer(part) for part in parts)


def is_issuer(name: str) -> bool:
    """Say whether `name` may be one office: an ending of the table, no word that offices do not have."""
    name = join_spaced(name)
    if not 2 < len(name) <= _LONGEST or re.fullmatch(r"[一-龥（）“”]+", name) is None:
        return False
    endings = words()
    if not name.endswith(endings.organ_endings) or name.startswith(endings.not_organ_starts):
        return False
    return not any(word in name for word in endings.not_organ_words)


def organ_at_end(before: str, *, order: bool) -> str | None:
    """Return the office whose name ends `before`, e.g. in front of 令; `None` if there is none.

    order: the number is an order's, so a person in office (主席) may give it.
    """
    run = re.search(r"(?:[一-龥]+|(?<![一-龥])[一-龥](?: +[一-龥])+) *$", before)
    if run is None:
        return None
    name = run[0].replace(" ", "")
    cut = max((stop.end() for stop in _glue().finditer(name)), default=0)
    name = name[cut:]
    if order and name.endswith("主席"):
        return name
    name = _STATE.sub("", name)
    return name if is_issuer(name) else None


def join_spaced(text: str) -> str:
    """Join a name that is printed with a blank behind each character (松 溪 县)."""
    return _SPACED.sub(lambda match: match[0].replace(" ", ""), text)


@cache
def _glue() -> re.Pattern[str]:
    return re.compile(any_of([*words().number_stops[:18], "依据", "以", "经", "号"]))


@cache
def _endings() -> re.Pattern[str]:
    return re.compile(any_of(words().organ_endings))


def _unglue(name: str) -> tuple[str, ...]:
    """Cut 广州市财政局广州市审计局 where after an office the place is named again."""
    parts: list[str] = []
    while cut := _cut(name):
        parts.append(name[:cut])
        name = name[cut:]
    return (*parts, name)


def _cut(name: str) -> int:
    """Return the place where a second office begins, 0 if there is none."""
    places = {name[:2], name[2:4] if name.startswith("中共") else name[:2]}
    for end in _endings().finditer(name, 0, _LONGEST + 1):
        rest = name[end.end() : end.end() + 8]
        if len(rest) > 2 and (rest[:2] in places or _PARTY.match(rest)) and is_issuer(name[: end.end()]):
            return end.end()
    return 0
