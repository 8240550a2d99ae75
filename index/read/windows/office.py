"""Where to hand in and whom to ask: office, address, office telephone, mail. Never a person's name or mobile number.

Nothing is copied from a notice but what has the form of one of these, so a name beside them stays behind.
"""

import re
from collections.abc import Iterable
from functools import cache

from index.read.windows.words import pattern, words

_MAIL = re.compile(r"[A-Za-z0-9][\w.+-]{0,40}@[A-Za-z0-9][A-Za-z0-9.-]{0,60}\.[A-Za-z]{2,10}", re.ASCII)
_PHONE = re.compile(
    r"(?<![\d@.-])"
    r"(?:（?0\d{2,3}）?[- —]?\d{7,8}|[48]00[- ]?\d{3}[- ]?\d{4}|12345|\d{7,8})(?:(?:-|转) ?\d{1,5})?(?![\d@])"
)
_ASKED = re.compile("电话|热线|咨询|联系|传真")
_STOP = re.compile(r"联系人|联系电话|电话|邮编|邮箱|收件|经办|负责人|联系方式|[，；。（）\t]| {2,}")
_ROOM = re.compile(r"\d(?:号楼|[号室楼层座栋幢])")
_WINDOW = re.compile(
    r"(?:[东西南北]?[侧区]?|综合|受理|服务|政务|企业|专|办事|便民|会议|办公)*(?:大厅|窗口|中心|室|楼|座)?[A-Z]?\d*"
)


def read_office(lines: Iterable[str]) -> str | None:
    """Return what folded lines say of the office, as one line: 受理部门：…；地址：…；电话：…；邮箱：…."""
    organs: list[str] = []
    addresses: list[str] = []
    phones: list[str] = []
    mails: list[str] = []
    for line in lines:
        organs += [organ for match in _label(0).finditer(line) if (organ := _organ(line[match.end() :]))]
        addresses += [place for match in _label(1).finditer(line) if (place := _address(line[match.end() :]))]
        if _ASKED.search(line):
            phones += [match[0] for match in _PHONE.finditer(line)]
        mails += [match[0] for match in _MAIL.finditer(line)]
    named = (("受理部门", organs, 3), ("地址", addresses, 2), ("电话", phones, 4), ("邮箱", mails, 2))
    parts = [f"{label}：{'、'.join(list(dict.fromkeys(found))[:most])}" for label, found, most in named if found]
    return "；".join(parts) or None


def _organ(rest: str) -> str | None:
    cell = _until_stop(rest).split(" ")[0]
    match = _organ_pattern().match(cell)
    return match[0] if match and len(match[0]) >= 3 else None


def _address(rest: str) -> str | None:
    cell = _until_stop(rest)
    match = _address_pattern().match(cell)
    if not match:
        return None
    place = match[0]
    rooms = list(_ROOM.finditer(place))
    if rooms and not _WINDOW.fullmatch(tail := place[rooms[-1].end() :]) and not re.search(r"\d", tail):
        place = place[: rooms[-1].end()]
    return place.strip()


def _until_stop(rest: str) -> str:
    rest = rest.lstrip("为是：\t ")
    stop = _STOP.search(rest)
    return rest[: stop.start() if stop else 60][:60].strip()


@cache
def _label(which: int) -> re.Pattern[str]:
    table = words()
    names = (table.office_labels, table.address_labels)[which]
    return re.compile(f"(?:{pattern(names)})(?:及[^：]{{1,8}})?(?=[为是：\t])")


@cache
def _organ_pattern() -> re.Pattern[str]:
    # After a whole name another part needs three signs (高新处): 王处 behind 经信局 is a person.
    ending = f"(?:{pattern(words().organ_endings)})(?!{pattern(words().not_organ_after)})"
    part = rf"[\u4e00-\u9fffA-Za-z·]{{2,24}}?{ending}"
    return re.compile(rf"{part}(?:{part})*")


@cache
def _address_pattern() -> re.Pattern[str]:
    return re.compile(rf"[\w\-—#·、（） ]{{2,58}}(?:{pattern(words().address_endings)})(?:[A-Z]?\d{{1,5}}(?!\d))?")
