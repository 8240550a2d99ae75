"""Which pages of a source are articles of their own, and which are the second and later pages of one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import splitext

from data.newest import Held

FURTHER = re.compile(r"_(\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one article: the first, and those that follow it."""

    first: Held
    further: tuple[Held, ...] = ()

    @property
    def url(self) -> str:
        """The address of the first page."""
        return self.first.url

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of all of them."""
        return (self.first.digest, *(one.digest for one in self.further))


def articles_of(held: Iterable[Held]) -> list[Pages]:
    """Return the articles among the pages of one source, in their order."""
    by_url = {one.url: one for one in held}
    return [Pages(one, tuple(_further(one.url, by_url))) for one in by_url.values() if not _is_further(one.url, by_url)]


def _further(url: str, by_url: Mapping[str, Held]) -> Iterator[Held]:
    stem, suffix = splitext(url)
    for number in range(1, 100):
        found = by_url.get(f"{stem}_{number}{suffix}")
        if found is not None:
            yield found
        elif number > 1:
            return


def _is_further(url: str, by_url: Mapping[str, Held]) -> bool:
    stem, suffix = splitext(url)
    return FURTHER.search(stem) is not None and FURTHER.sub("", stem) + suffix in by_url
