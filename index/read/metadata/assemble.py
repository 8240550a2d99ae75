"""From claims to `Metadata`: the chosen values, numbers of other documents, draft, region."""

from collections.abc import Iterable
from dataclasses import replace

from data.model import Origin, Relation, Said
from index.read.metadata.choose import choose
from index.read.metadata.dates import mask
from index.read.metadata.drafts import find_consultation, is_draft
from index.read.metadata.mentions import Own, find_mentions
from index.read.metadata.numbers import number_key
from index.read.metadata.result import Metadata
from index.read.metadata.titles import plan_until


def assemble(claims: Iterable[Said], whole: str, *, draft_text: str | None = None) -> Metadata:
    """Return the metadata that `claims` (strongest first) and the folded text `whole` make, without the region.

    draft_text: where a document without a title says that it is a draft; the whole text if not given.
    """
    chosen = choose(claims)
    title, number = chosen.text("title"), chosen.text("doc_number")
    draft = is_draft(title, whole if draft_text is None else draft_text)
    cited, repealed = _numbers(whole, Own(title or "", number, draft))
    return Metadata(
        title=title,
        doc_number=number,
        index_number=chosen.text("index_number"),
        issuers=chosen.names(),
        written=chosen.day("written"),
        printed=chosen.day("printed"),
        published=chosen.day("published"),
        effective=chosen.day("effective"),
        effective_words=chosen.text("effective_words"),
        valid_years=chosen.number("valid_years"),
        expires=chosen.day("expires"),
        is_draft=draft,
        consultation=find_consultation(mask(whole)) if draft else None,
        cited_numbers=cited,
        repealed_numbers=repealed,
        plan_until=plan_until(title),
        provenance=tuple(chosen.said.values()),
        conflicts=chosen.conflicts,
    )


def with_region(metadata: Metadata, region: str | None, words: str, origin: Origin) -> Metadata:
    """Return `metadata` with its region and where that was read."""
    if region is None:
        return metadata
    said = Said("region", origin, region, words)
    return replace(metadata, region=region, provenance=(*metadata.provenance, said))


def _numbers(whole: str, own: Own) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return cited and repealed numbers, each once; a repealed one is not cited again."""
    cited: dict[str, str] = {}
    repealed: dict[str, str] = {}
    for mention in find_mentions(whole, own):
        if mention.number is not None:
            group = repealed if mention.relation is Relation.REPEALS else cited
            group.setdefault(number_key(mention.number), mention.number)
    kept = tuple(number for key, number in cited.items() if key not in repealed)
    return kept, tuple(repealed.values())
