"""A page's elements by id and class, and what of it is out of sight: found in one walk, asked often."""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from index.read.html.chrome import hides, keys_of, remove

MOST_TRIMMED = 2000


class Marks:
    """Elements of a page by `#id`, `.class` (in small letters) and `article`."""

    def __init__(self, root: etree._Element) -> None:
        self._by_key: dict[str, list[etree._Element]] = {}
        hidden: list[etree._Element] = []
        for element in root.iter():
            for name, value in element.items():
                if name == "class":
                    self._add(".", value, element)
                elif name == "id":
                    self._add("#", value, element)
                elif name == "hidden" or (name == "style" and hides(value)):
                    hidden.append(element)
        self._by_key["article"] = list(root.iter("article"))
        self._hidden = {*hidden, *self.named("hidden_classes")}
        self._aside = self._hidden.union(self.named("navigation"))

    def _add(self, sign: str, names: str, element: etree._Element) -> None:
        for name in names.lower().split():
            self._by_key.setdefault(sign + name, []).append(element)

    def find(self, key: str) -> list[etree._Element]:
        """Return the elements of `#id`, `.class` or `article`, in the page's order."""
        return self._by_key.get(key, [])

    def named(self, group: str) -> Iterator[etree._Element]:
        """Yield the elements whose class or id is in a group of names of `chrome.yml`."""
        for key in sorted(self._by_key.keys() & keys_of(group)):
            yield from self._by_key[key]

    def is_hidden(self, element: etree._Element) -> bool:
        """Say whether the element, or one around it, is not shown."""
        return not self._hidden.isdisjoint(_around(element))

    def is_aside(self, element: etree._Element) -> bool:
        """Say whether the element is not shown, or part of the site's navigation."""
        return not self._aside.isdisjoint(_around(element))

    def trim(self, container: etree._Element) -> None:
        """Take out of a body container what is hidden, and what is the site's and not the article's.

        An element that holds most of the container's text is no share bar, whatever its name says.
        """
        half = _length(container) / 2
        for element in islice({*self._hidden, *self.named("chrome")}, MOST_TRIMMED):
            inside = element is not container and any(above is container for above in element.iterancestors())
            if inside and (element in self._hidden or _length(element) < half):
                remove(element)


def _length(element: etree._Element) -> int:
    written: str = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return len(written)


def _around(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the element and those around it, without body: scripts often hide that until the page has loaded."""
    while element is not None and element.tag not in ("body", "html"):
        yield element
        element = element.getparent()
