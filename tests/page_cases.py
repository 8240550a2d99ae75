"""Golden pages: what is read from each saved page of `tests/pages/`, beside it as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from index.read.html import read_html
from index.read.parts import Article

PAGES = Path(__file__).parent / "pages"


def cases() -> list[Path]:
    return sorted(PAGES.glob("*/*.html"))


def read_case(page: Path) -> Article:
    family = page.parent.name
    return read_html(page.read_bytes(), url=f"https://{family}.test/zc/202501/{page.stem}.html", family=family)


def golden(article: Article) -> dict[str, object]:
    """What of an article is kept: lines as lists, so that a diff shows them one by one."""
    fields = asdict(article)
    parts = {name: fields[name].split("\n") if fields[name] else [] for name in ("head", "body", "tail")}
    return {
        "title": article.title,
        **parts,
        "original": article.original,
        "labels": [f"{label.origin}: {label.name} = {label.value}" for label in article.labels],
        "links": [f"{link.name} <{link.url}>" for link in article.links],
        "problems": list(article.problems),
    }


def expected(page: Path) -> dict[str, object] | None:
    """Return what was reviewed, or write what is read now and return None."""
    beside = page.with_suffix(".json")
    if beside.exists():
        known: dict[str, object] = json.loads(beside.read_text(encoding="utf-8"))
        return known
    beside.write_text(json.dumps(golden(read_case(page)), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return None
