"""Why a crawl failed, as people say it: the crawler has codes and an address (`dns 9; https://…: what happened`)."""

import re

from app.language import english, retell, say
from crawler.checks import Cause
from data.source_words import source_words
from index.said import SaidRow

MOST_ADDRESS = 60
_COUNT = re.compile(rf"\b({'|'.join(Cause)}) (\d+)(?:, |;|$)")
_ADDRESS = re.compile(r"https?://\S+?(?=: |$)")


def say_cause(cause: str) -> str:
    """Return what happened how often and the address where it did first, as far as `cause` names them; else `cause`."""
    counted, _, fault = cause.rpartition("; ") if "; " in cause else (cause, "", cause)
    said = [say("{what} {n} 次", what=word_of("cause", code), n=int(times)) for code, times in _COUNT.findall(counted)]
    if found := _ADDRESS.search(fault):
        address = found[0] if len(found[0]) <= MOST_ADDRESS else f"{found[0][:MOST_ADDRESS]}…"
        said.append(say("最先出错：{address}", address=address))
    return retell(SaidRow(said, "；")) or cause


def word_of(group: str, code: str) -> str:
    """Return what a code of a source means; the code itself where it is a new one. group: `cause` or `family`."""
    word = source_words().get((group, code))
    return code if word is None else word.en if english() else word.zh
