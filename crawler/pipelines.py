"""From the spider to the archive. An archive that takes no more ends the crawl."""

from typing import Self, cast

from scrapy.crawler import Crawler

from crawler.job import Missed
from crawler.spiders.source import SourceSpider
from data.archive import ArchiveError
from data.model import Page


class ArchivePipeline:
    """Enters every page and every failure, in the order in which they came."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of one crawl."""
        return cls(crawler)

    def process_item(self, item: Page | Missed) -> Page | Missed:
        """Enter one item; after the first fault of the archive nothing more is tried."""
        job = cast("SourceSpider", self._crawler.spider).job
        if job.error is None:
            try:
                job.enter(item)
            except ArchiveError as error:
                job.error = error
                job.tally.stopped = True
        return item
