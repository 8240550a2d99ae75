"""Which machines may be asked: a name that leads to loopback, a private network or link-local is refused.

A list on the web can name any address, and a name can be pointed anywhere, so the check is made on what the name
resolves to, at the moment of connecting. `links.allowed` has refused addresses written as numbers before.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol, Self

from scrapy.crawler import Crawler
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostnameResolver
from zope.interface import implementer

PRIVATE_NAMES: set[str] = set()
"""Names that were refused because they lead to no public address."""


class Receiver(Protocol):
    """Twisted's IResolutionReceiver, as a type."""

    def resolutionBegan(self, resolution: object) -> None: ...  # noqa: N802, D102 - Twisted's name
    def addressResolved(self, address: IPv4Address | IPv6Address) -> None: ...  # noqa: N802, D102 - Twisted's name
    def resolutionComplete(self) -> None: ...  # noqa: N802, D102 - Twisted's name


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, also behind an IPv4-mapped IPv6 one."""
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not (mapped or parsed).is_multicast


def read_hosts(path: Path | None) -> dict[str, str]:
    """Read lines of `host address`; `#` begins a comment."""
    if path is None:
        return {}
    lines = (line.partition("#")[0].split() for line in path.read_text(encoding="utf-8").splitlines())
    return {parts[0].lower(): parts[1] for parts in lines if len(parts) == 2}


class _PublicOnly:
    """Hands on the public addresses only. If none is left the name is as good as unknown, and is remembered."""

    def __init__(self, receiver: Receiver, host: str) -> None:
        self._receiver = receiver
        self._host = host
        self._public = self._private = 0

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:  # noqa: N802 - Twisted's name
        if is_public(address.host):
            self._public += 1
            self._receiver.addressResolved(address)
        else:
            self._private += 1

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        if self._private and not self._public:
            PRIVATE_NAMES.add(self._host)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class PublicResolver:
    """Resolves names by the hosts file, then DNS (IPv4 and IPv6), and lets only public addresses through."""

    def __init__(self, reactor: ReactorBase, hosts: dict[str, str], *, allow_private: bool) -> None:
        self._reactor: Any = reactor
        self._resolver: Any = self._reactor.nameResolver
        self._hosts = hosts
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Make the resolver that the crawl's settings ask for."""
        settings = crawler.settings["CRAWL_SETTINGS"]
        return cls(reactor, read_hosts(settings.hosts), allow_private=settings.allow_private)

    def install_on_reactor(self) -> None:
        """Put the resolver in the way of every connection by name."""
        if not isinstance(self._resolver, PublicResolver):
            self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Receiver,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's name
    ) -> Any:  # noqa: ANN401 - Twisted's interfaces are no types
        """Resolve as Twisted's resolver does, public addresses only."""
        receiver: Receiver = resolutionReceiver if self._allow_private else _PublicOnly(resolutionReceiver, hostName)
        known = self._hosts.get(hostName.lower())
        if known is None:
            return self._resolver.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)
        resolution = HostResolution(hostName)
        receiver.resolutionBegan(resolution)
        kind = IPv6Address if ":" in known else IPv4Address
        receiver.addressResolved(kind("TCP", known, portNumber))
        receiver.resolutionComplete()
        return resolution
