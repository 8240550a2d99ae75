"""What a crawl is measured against: Scrapy as it comes, the same lists and pages, nothing read, checked or kept.

`python -m tests.bench.bare_spider URL AT_ONCE` prints the pages that came and how it ended.
"""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response


class BareSpider(Spider):
    """Walks over a list from its first page and downloads every page that it names."""

    name = "bare"

    def __init__(self, first: str) -> None:
        super().__init__()
        self._first = first
        self._pages = 0

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first page of the list."""
        yield Request(self._first, callback=self.parse_list)

    def parse_list(self, response: Response, number: int = 0) -> Iterator[Request]:
        """Ask for the pages and for the next page of the list."""
        for href in response.css("ul.list a::attr(href)").getall():
            yield Request(response.urljoin(href), callback=self.parse_page)
        lists = re.search(r"createPageHTML\((\d+)", response.text)
        if lists and number + 1 < int(lists[1]):
            following = response.urljoin(f"index_{number + 1}.html")
            yield Request(following, callback=self.parse_list, priority=10, cb_kwargs={"number": number + 1})

    def parse_page(self, response: Response) -> None:
        """Count a page and let it go."""
        self._pages += response.status == 200

    def closed(self, reason: str) -> None:
        """Say how it went."""
        print(self._pages, reason, flush=True)


def main(url: str, at_once: int) -> None:
    """Crawl the site whose list begins at `url`."""
    settings: dict[str, Any] = {
        # Without a delay Scrapy goes beyond the limit of a host, up to this one.
        "CONCURRENT_REQUESTS": at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": at_once,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(BareSpider, first=url)
    process.start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
