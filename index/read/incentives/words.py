"""The words of a grant: trigger, beneficiary, duration, conditions, stacking."""

import re

from data.model import Condition, ConditionKind
from index.read.incentives.cues import cue, has
from index.read.incentives.noise import Clean

_WHO = (
    "企业|单位|机构|公司|团队|主体|高校|院校|院所|个人|人才|开发者|服务商|运营商|提供方|承办方|主办方|园区|科学家|工程师"
    "|平台|数据商|创业者|骨干|硕士|博士|人员|用户|联合体|医院|学校"
)
_GIVEN_TO = re.compile(
    rf"(?:给予|奖励|奖补|补贴|资助|补助|支持|向)(?P<who>[^，；。\d最一不按]{{0,14}}?(?:{_WHO}))(?!年度)"
)
_SUBJECT = re.compile(
    rf"(?:的|^|对|向|为|凡|支持|鼓励|每家|单个|引导|，|；)(?P<who>[^，；。：的对向\d]{{0,16}}?(?:{_WHO}))(?:$|，|的|、|每|按|；|租|采|购|使|承|牵|参|新|首|通|完|取|获|自|建|投|与|联|开|围)"
)
_TRIGGER_START = re.compile(r"^(?:（[^（）]{1,20}）|其中，?|对于?|凡|针对|支持|鼓励|按照?|每|并)+")
_TRIGGER_END = re.compile(
    r"(?:的|者)?，?(?:(?:市|区|县|省)?财政)?(?:分别|依次|一次性|按照?|每[个家户款项件人名台场套笔]|单[个家户项笔]\w{0,4}|各|最高|给予|予以|再|另|即|可"
    r"|奖金|奖励|奖补|补助|补贴|资助|支持|发放|返还|享受|：)+[^，]{0,30}$"
)
_PURPOSE = re.compile("^.*[，；](?=对(?!外|接|标))")
_URGED = re.compile("^(?:.*的|支持|鼓励|引导|推动|重点|每家|每个|单个|同一|单家)+(?=.)")
_CONDITION = re.compile("(?<=[的者])，.*$")


def trigger_of(words: str) -> str | None:
    """Return what is paid for, from the words before the first figure; `None` if they do not say it."""
    words = _CONDITION.sub("", _PURPOSE.sub("", words))
    bare = _TRIGGER_START.sub("", words.strip("，；。、：| \n\t"))
    bare = _TRIGGER_END.sub("", bare).strip("，；。、：| \n\t")
    bare = re.sub("的$", "", bare)
    return bare or None


def beneficiary_of(words: str, lead: str) -> str | None:
    """Return who is paid, behind the verb or as the subject, in these words or the lead; `None` if it is not said."""
    for pattern, text in ((_GIVEN_TO, words), (_SUBJECT, words), (_SUBJECT, lead)):
        if match := pattern.search(text):
            return _URGED.sub("", match["who"])
    return None


def duration_of(words: str) -> str | None:
    """Return the words that say for how long it is paid."""
    match = cue("duration").search(words)
    return match[0] if match else None


def stacking_of(words: str) -> str | None:
    """Return the part of the sentence that says what it is or is not paid beside."""
    return next((piece.strip() for piece in re.split("[；。\n]", words) if has("stacking", piece)), None)


def conditions_of(text: Clean, start: int, end: int) -> tuple[Condition, ...]:
    """Return the conditions between two places of the clean text, as far as their words allow to sort them."""
    found = []
    for piece in re.finditer("[^，；。：\n]+", text.text[start:end]):
        kind = _condition(piece[0])
        if kind is not None:
            left, right = start + piece.start(), start + piece.end()
            found.append(Condition(kind, piece[0].strip(), text.span(left, right)))
    return tuple(found)


def _condition(words: str) -> ConditionKind | None:
    for kind in (ConditionKind.BONUS, ConditionKind.DISCRETION, ConditionKind.GATE):
        if has(str(kind), words):
            return kind
    return None
