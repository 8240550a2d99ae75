"""The kind of a grant: what its money is paid for, by the rules of `incentives_kinds.yml`."""

import re
from functools import cache, lru_cache

from index.read.incentives.cues import KindRule, compiled, kind_rules

_FILINGS = re.compile(
    "(?P<algorithm_filing_reward>(?:算法|深度合成[^，；。]{0,12}?|算法推荐[^，；。]{0,8}?)(?:服务)?备案)"
    "|(?P<filing_reward>备案登记|备案)|(?P<registration_reward>登记)"
)


@lru_cache(maxsize=4_096)
def kind_of(text: str, *, weak: bool = True) -> KindRule | None:
    """Return the first rule that `text` fits, weak ones only if `weak`; `None` if there is none.

    Kept for the last texts: leads and headings are asked for each of their items, and a table's for each row.
    """
    for rule, found, against in _tests():
        if rule.weak and not weak:
            return None
        if found.search(text) and not against.search(text):
            return rule
    return None


def filings_in(text: str) -> list[str]:
    """Return the kinds of filing that `text` names, in order, each once: what 分别奖励 speaks of."""
    kinds = [str(match.lastgroup) for match in _FILINGS.finditer(text)]
    return list(dict.fromkeys(kinds))


@cache
def _tests() -> tuple[tuple[KindRule, re.Pattern[str], re.Pattern[str]], ...]:
    table = "incentives_kinds.yml"
    return tuple(
        (rule, compiled(table, rule.name, rule.patterns), compiled(table, rule.name, rule.unless))
        for rule in kind_rules()
    )
