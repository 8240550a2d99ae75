"""Old servers: TLS without secure renegotiation (RFC 5746), for sources whose table asks for it. Always verified."""

from typing import Any

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _get_creator_context
from scrapy.crawler import Crawler

from crawler.downloads import BoundedHTTP

OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's option; pyOpenSSL has no name for it."""


class LegacyRenegotiation:
    """A TLS policy that connects to such servers as well. Certificate and host name are verified as before."""

    def __init__(self, policy: Any) -> None:  # noqa: ANN401 - Twisted's interface is no type
        self._policy = policy

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ANN401, N802 - Twisted's interface
        """Return the maker of connections to one host."""
        creator = self._policy.creatorForNetloc(hostname, port)
        context: SSL.Context = _get_creator_context(creator)
        context.set_options(OP_LEGACY_SERVER_CONNECT)
        return creator


class LegacyHTTPS(BoundedHTTP):
    """The handler of https with that policy."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = LegacyRenegotiation(self._contextFactory)
