"""The kind that a grant's own words tell, and whether it only goes on with the grant before it."""

import re

from index.read.incentives.cues import KindRule, has
from index.read.incentives.drafts import Draft
from index.read.incentives.found import Found
from index.read.incentives.kinds import kind_of
from index.read.incentives.unsaid import VOUCHERS

_MODEL = re.compile("模型|生成式|国家")
_TOWARDS = re.compile("(?<=[，；：])(?:对|凡|针对)(?!外|接|标|于是)")
_FILINGS = frozenset(("filing_reward", "registration_reward", "algorithm_filing_reward"))


def own_kind(draft: Draft, words: str) -> KindRule | None:
    """Return the kind by the grant's own words.

    A filing is only the condition of a second rate of a voucher; free rent behind the amount is another benefit.
    """
    told = draft.last - draft.start
    near, whole = kind_of(_towards(words), weak=False), kind_of(words, weak=False)
    if near and near.kind == "rent" and has("free_rent", words[told:]) and not has("free_rent", words[:told]):
        return kind_of(words[:told], weak=False) or near
    if near and whole and near.kind in _FILINGS and whole.kind in VOUCHERS and len(draft.rates) > 1:
        return whole
    return near or whole


def goes_on(draft: Draft, words: str, kind: str, before: Found) -> bool:
    """Tell whether a grant is of the kind of the one before whatever its words name: a further prize, money on top."""
    if (kind == "event" and has("prize", words)) or (kind not in _FILINGS and has("added_on", words)):
        return True
    return _is_only_condition(draft, words, kind, before)


def _is_only_condition(draft: Draft, words: str, kind: str, before: Found) -> bool:
    """Tell whether a filing is only the condition of another rate of the grant before (已备案的企业，按40%补贴).

    A filing that names no model goes on with the algorithms before it.
    """
    if kind == "filing_reward" and before.incentive.kind == "algorithm_filing_reward":
        return not _MODEL.search(words)
    return kind in _FILINGS and before.incentive.kind not in _FILINGS and bool(draft.rates and before.incentive.rates)


def _towards(words: str) -> str:
    """Return the words from the last 对… on: what stands before them is the purpose, not what is paid for."""
    return words[max((match.start() for match in _TOWARDS.finditer(words)), default=0) :]
