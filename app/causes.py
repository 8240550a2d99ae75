"""Why a crawl failed, in Chinese: the crawler says it with codes and an address (`dns 9; https://…: what happened`)."""

import re

from crawler.checks import Cause
from data.source_words import word_of

MOST_ADDRESS = 60
_COUNT = re.compile(rf"\b({'|'.join(Cause)}) (\d+)(?:, |;|$)")
_ADDRESS = re.compile(r"https?://\S+?(?=: |$)")


def say_cause(cause: str) -> str:
    """Return what happened how often and the address where it did first, as far as `cause` names them; else `cause`."""
    counted, _, fault = cause.rpartition("; ") if "; " in cause else (cause, "", cause)
    said = [f"{word_of('cause', code)} {times} 次" for code, times in _COUNT.findall(counted)]
    if found := _ADDRESS.search(fault):
        address = found[0] if len(found[0]) <= MOST_ADDRESS else f"{found[0][:MOST_ADDRESS]}…"
        said.append(f"最先出错：{address}")
    return "；".join(said) or cause
