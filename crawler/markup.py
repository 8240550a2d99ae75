"""HTML into a tree, and the few things that every reader asks of one."""

import re
from collections.abc import Mapping

from parsel import Selector
from w3lib.html import get_base_url, get_meta_refresh

from crawler.decode import decode

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""Characters that no tree can hold; damaged pages have them, even in the names of attributes."""

MOST_SEARCHED = 8 * 1024 * 1024
"""Bytes of mark-up of which a tree is made; it takes ten times as much memory. The longest laws are under 1 MB."""

EMBEDDED = re.compile(rb"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=\s%]*")
"""Pictures inside of the page, which can make it as large as any file."""

SCRIPT_HOP = re.compile(r"""location(?:\.href)?\s*(?:=|\.replace\()\s*["']([^"']+)["']""")


def parse(text: str) -> Selector:
    """Return the tree of an HTML page or fragment. Comments are no part of it, nor is what stands in them."""
    # As bytes, which the tree is made of: text would be copied twice on the way to them.
    readable = CONTROL.sub(" ", text).encode("utf-8", "replace")
    return Selector(body=readable or b"<html/>", encoding="utf-8", type="html")


def searchable(body: bytes) -> bytes:
    """Return an HTML page without the pictures in it if it is too large with them."""
    return EMBEDDED.sub(b"data:,", body) if len(body) > MOST_SEARCHED else body


def text_of(node: Selector, between: str = " ") -> str:
    """Return the text of an element without scripts and styles, one blank for each run of white space.

    between: what is put between two pieces of text; nothing where the mark-up stands inside of words.
    """
    # Without `smart_strings` and selectors around them: this is asked for every link of every page.
    pieces = node.root.xpath(".//text()[not(ancestor::script or ancestor::style)]", smart_strings=False)
    return " ".join(between.join(pieces).split())


def attribute(node: Selector, name: str) -> str:
    """Return an attribute of an element, empty if it has none. `Selector.attrib` fails on damaged names beside it."""
    return str(node.root.get(name, ""))


class Markup:
    """A page as a tree: `text`, `tree`, and `base`, the address that its links are relative to."""

    def __init__(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.url = url
        self.text = decode(body, headers)
        self.tree = parse(self.text)
        self.base = self._base()

    def _base(self) -> str:
        try:
            return get_base_url(self.text, self.url)
        except ValueError:
            return self.url

    def scripts(self) -> str:
        """Return the text of all scripts without the lines that are commented out."""
        return re.sub(r"(?m)^\s*//.*$", "", "\n".join(self.tree.xpath("//script/text()").getall()))

    def refresh(self) -> str | None:
        """Return the address that a `<meta http-equiv="refresh">` sends on to at once; `None` if there is none."""
        try:
            seconds, target = get_meta_refresh(self.text, self.url)
        except ValueError:
            return None
        return target if target is not None and seconds is not None and seconds < 10 else None

    def is_only_script(self) -> bool:
        """Tell whether a page has no link and a script instead: a challenge or a shell, and no list that is empty."""
        return not self.tree.xpath("//a[@href]") and bool(self.tree.xpath("//script"))

    def description(self) -> str:
        """Say in a few words what kind of page this is, for errors."""
        title = text_of(self.tree.xpath("//title")[0]) if self.tree.xpath("//title") else ""
        links = len(self.tree.xpath("//a[@href]"))
        hop = SCRIPT_HOP.search(self.scripts()) if links == 0 else None
        parts = [f"page {title[:60]!r}" if title else "a page without title", f"{links} links"]
        parts += [f"a script that goes on to {hop[1][:200]}"] if hop else []
        parts += ["only a script"] if not hop and self.is_only_script() else []
        return ", ".join([*parts, f"{len(self.text)} characters"])
