"""The unit that an amount is paid for, by the rules of `incentives_units.yml`, and how often it is paid."""

import re
from functools import cache

from data.model import Per
from index.read.incentives.cues import compiled, unit_rules

_GENERIC = re.compile(
    r"(?:每|单)[个款项](?!企业|单位|机构|主体|模型|项目|人)|^[/／](?:个|款|项)|大模型1个|各(?=奖励|补)"
)
_NOUNS = re.compile(
    "(?P<model>大?模型)|(?P<algorithm>算法)|(?P<dataset>数据集|语料[库包]?)|(?P<scene>场景)|(?P<platform>平台|实验室|中心)"
    "|(?P<product>产品|应用|智能体|软件)|(?P<standard>标准)|(?P<patent>专利)|(?P<team>团队)|(?P<event>大会|论坛|赛事|展会|活动)"
    "|(?P<project>项目|课题)|(?P<entity>企业|机构|单位)"
)
_BY_KIND = {
    "filing_reward": Per.MODEL, "registration_reward": Per.MODEL, "algorithm_filing_reward": Per.ALGORITHM,
    "data_voucher": Per.DATASET, "standards_ip": Per.STANDARD, "event": Per.EVENT, "rnd_grant": Per.PROJECT,
    "application_demo": Per.PROJECT, "compute_voucher": Per.ENTITY, "model_voucher": Per.ENTITY, "talent": Per.PERSON,
}  # fmt: skip


def unit_of(left: str, right: str) -> Per | None:
    """Return the unit named in the words before an amount or right behind it; `None` if none is.

    Behind it counts first (5万元/项), then the one that begins last before it.
    """
    if right[:1] in ("/", "／"):
        for per, pattern in _tests():
            if pattern.match(right[:6]):
                return per
    found: tuple[int, Per] | None = None
    for per, pattern in _tests():
        for match in pattern.finditer(left):
            if match.end() > match.start() and (found is None or match.start() > found[0]):
                found = (match.start(), per)
    return found[1] if found else None


@cache
def _tests() -> tuple[tuple[Per, re.Pattern[str]], ...]:
    return tuple((rule.per, compiled("incentives_units.yml", rule.name, rule.patterns)) for rule in unit_rules())


def is_generic(left: str, right: str) -> bool:
    """Tell whether the unit is 每个, 每款, /项 without a noun, so that the trigger must name it."""
    return bool(_GENERIC.search(left) or _GENERIC.match(right))


def generic_unit(kind: str, trigger: str) -> Per | None:
    """Return the unit of 每个 for a grant of `kind` with these words before it."""
    trigger = trigger.split("标准为")[0]
    named = [str(match.lastgroup) for match in _NOUNS.finditer(trigger)]
    usual = _BY_KIND.get(kind)
    if kind == "data_voucher" and "数据产品" in trigger:
        return Per.PRODUCT
    if kind in ("filing_reward", "algorithm_filing_reward", "data_voucher") or not named:
        return usual
    if kind == "standards_ip":
        return Per.PATENT if "patent" in named else usual
    last = Per(named[-1])
    return usual if kind == "registration_reward" and last is not Per.PRODUCT else last
