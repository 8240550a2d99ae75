"""Which incentives a window is for, by the words around it."""

import re
from collections.abc import Iterable
from functools import cache

from index.read.windows.words import pattern, words

_BETWEEN = r"(?:[^，；。：\n的]{0,12}|的[^，；。：\n]{0,10}给予[^，；。：\n]{0,6})"


def kinds_of(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes that the first of the folded texts names that names any; empty if none does."""
    return next((kinds for scope in scopes if (kinds := _named(scope))), ())


def _named(text: str) -> tuple[str, ...]:
    return tuple(code for code, cue in _cues() if cue.search(text))


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # 备案 that is only the condition of a voucher is no filing reward: a word of reward must follow it.
    table = words()
    rewarded = f"{_BETWEEN}(?:{pattern(table.rewards)})"
    algorithm = f"(?:{pattern(table.algorithm_filing_reward)})"
    plain = f"(?<!算法)(?<!合成)(?<!算法服务)(?<!深度合成服务){_not_after(table.not_filings)}"
    filing = (
        ("filing_reward", f"{plain}(?:{pattern(table.filing_reward)}){rewarded}"),
        ("registration_reward", f"{plain}(?:{pattern(table.registration_reward)}){rewarded}"),
        ("algorithm_filing_reward", f"{algorithm}{rewarded}"),
    )
    others = ((code, pattern(cues)) for code, cues in table.kinds.items())
    return tuple((code, re.compile(cue)) for code, cue in (*filing, *others))


def _not_after(names: Iterable[str]) -> str:
    return "".join(f"(?<!{re.escape(name)})" for name in names)
