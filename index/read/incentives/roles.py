"""What an amount is where it is no reward: pool, threshold, fine, fund …, by the rules of `incentives_roles.yml`."""

import re
from dataclasses import dataclass
from functools import cache

from index.read.incentives.cues import RoleRule, compiled, role_rules

REACH = 60
"""Characters before and behind an amount that rules look at."""


@dataclass(frozen=True, slots=True)
class Around:
    """The words around an amount, see `RoleRule`."""

    left: str
    right: str
    segment: str
    sentence: str


def role_of(around: Around) -> RoleRule | None:
    """Return the first rule that fits; `None` where the amount may be a reward."""
    near = Around(around.left[-REACH:], around.right[:REACH], around.segment, around.sentence)
    return next((test.rule for test in _tests() if _fits(test, near)), None)


@dataclass(frozen=True, slots=True)
class _Test:
    rule: RoleRule
    left: re.Pattern[str] | None
    right: re.Pattern[str] | None
    segment: re.Pattern[str] | None
    sentence: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def _fits(test: _Test, around: Around) -> bool:
    wanted = (
        (test.left, around.left),
        (test.right, around.right),
        (test.segment, around.segment),
        (test.sentence, around.sentence),
    )
    if any(pattern and not pattern.search(words) for pattern, words in wanted):
        return False
    return test.unless is None or test.unless.search(around.left) is None


@cache
def _tests() -> tuple[_Test, ...]:
    return tuple(
        _Test(
            rule,
            *(_pattern(rule, given) for given in (rule.left, rule.right, rule.segment, rule.sentence, rule.unless)),
        )
        for rule in role_rules()
    )


def _pattern(rule: RoleRule, given: tuple[str, ...]) -> re.Pattern[str] | None:
    return compiled("incentives_roles.yml", rule.name, given) if given else None
