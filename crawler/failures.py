"""Why a request failed: Scrapy's exceptions as a `Cause` and a sentence."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler.addresses import PRIVATE_NAMES
from crawler.checks import Cause
from crawler.fences import FencedOffError
from crawler.politeness import DeadHostError
from crawler.robots import RobotsRefusedError, RobotsUnreadError, RobotsWalledError

_CAUSES: tuple[tuple[type[Exception], Cause, str], ...] = (
    (FencedOffError, Cause.FENCED, ""),
    (RobotsWalledError, Cause.BLOCKED, ""),
    (RobotsRefusedError, Cause.ROBOTS, ""),
    (DeadHostError, Cause.CONNECTION, ""),
    (CannotResolveHostError, Cause.DNS, "the name is not known"),
    (DownloadConnectionRefusedError, Cause.CONNECTION, "the connection was refused"),
    (DownloadTimeoutError, Cause.TIMEOUT, "no answer in time"),
    (DownloadCancelledError, Cause.TOO_LARGE, "the answer is larger than allowed"),
    (ResponseDataLossError, Cause.BROKEN, "the answer broke off"),
    # Scrapy's decompression ends with this one where the unpacked body grows too large.
    (IgnoreRequest, Cause.TOO_LARGE, ""),
)


def explain(failure: Failure) -> tuple[Cause, str]:
    """Return the cause of a failed request and what to say of it."""
    error = failure.value or RuntimeError("no reason is known")
    if isinstance(error, RobotsUnreadError):
        error = error.__cause__ or error
    host = urlparse_cached(failure.request).hostname or ""  # type: ignore[attr-defined]
    if host in PRIVATE_NAMES:
        return Cause.FENCED, f"{host} leads to no public address"
    for kind, cause, said in _CAUSES:
        if isinstance(error, kind):
            return cause, said or _words(error)
    if isinstance(error, DownloadFailedError):
        return (Cause.TLS if _is_tls(error) else Cause.CONNECTION), _words(error)
    return Cause.BROKEN, _words(error)


def _is_tls(error: BaseException) -> bool:
    return any(word in f"{error!r} {error.__cause__!r}" for word in ("SSL", "TLS", "VerificationError", "certificate"))


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:300]
