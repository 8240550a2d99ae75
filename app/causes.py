"""Why a crawl failed, in Chinese: the crawler says it with codes and an address (`dns 9; https://…: what happened`)."""

import re
from collections.abc import Mapping

from crawler.checks import Cause

SAID: Mapping[Cause, str] = {
    Cause.BLOCKED: "被网站拦截",
    Cause.ROBOTS: "robots.txt 不允许",
    Cause.DNS: "查不到域名",
    Cause.TLS: "证书或加密连接有误",
    Cause.TIMEOUT: "超时未答",
    Cause.CONNECTION: "连接不上",
    Cause.STATUS: "返回错误状态",
    Cause.TOO_LARGE: "内容过大",
    Cause.FENCED: "指向允许范围以外",
    Cause.BROKEN: "返回内容残缺",
}
MOST_ADDRESS = 60
_COUNT = re.compile(rf"\b({'|'.join(Cause)}) (\d+)(?:, |;|$)")
_ADDRESS = re.compile(r"https?://\S+?(?=: |$)")


def say_cause(cause: str) -> str:
    """Return what happened how often and the address where it did first, as far as `cause` names them; else `cause`."""
    counted, _, fault = cause.rpartition("; ") if "; " in cause else (cause, "", cause)
    said = [f"{SAID[Cause(code)]} {times} 次" for code, times in _COUNT.findall(counted)]
    if found := _ADDRESS.search(fault):
        address = found[0] if len(found[0]) <= MOST_ADDRESS else f"{found[0][:MOST_ADDRESS]}…"
        said.append(f"最先出错：{address}")
    return "；".join(said) or cause
