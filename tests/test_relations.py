"""How documents hang together: each role from both ends, and that what is not certain is not called replaced."""

from dataclasses import replace
from typing import Any

import pytest

from data.model import (
    Certainty,
    Citation,
    Confidence,
    Document,
    DocumentKind,
    Ending,
    Relation,
    Role,
    TitleStatus,
)
from data.records import to_json
from index.citing import gb7714, plain
from index.relations import INWARD, OUTWARD, links_of, named_ids, naming_request, relations
from tests.test_cards import DAY, TABLES

ONE = Document("one", TitleStatus.VERIFIED, DocumentKind.POLICY, Confidence.HIGH, title="办法一")
TWO = replace(ONE, id="two", title="办法二")


def answer(*documents: Document, total: int | None = None) -> dict[str, Any]:
    rows = [
        {"head": to_json(replace(one, citations=())), "links": links_of(one), "ended_by": one.ending and one.ending.by}
        for one in documents
    ]
    hits = [{"_source": row} for row in rows]
    return {"hits": {"hits": hits, "total": {"value": len(hits) if total is None else total}}}


def test_every_relation_has_a_role_from_both_ends_and_every_role_its_words() -> None:
    assert set(OUTWARD) == set(INWARD) == set(Relation)
    assert {*OUTWARD.values(), *INWARD.values(), Role.FOLLOWED_BY, Role.FOLLOWS} == set(Role)
    assert all(TABLES.terms[role].zh for role in Role)


@pytest.mark.parametrize("relation", list(Relation))
def test_what_names_a_document_is_seen_from_the_other_end(relation: Relation) -> None:
    cited = Citation(relation, "办法一", target="one", quote="根据办法一")
    citing = replace(TWO, citations=(cited,))
    (outward,) = relations(citing, {"one": ONE}, answer()).all
    (inward,) = relations(ONE, {}, answer(citing)).all
    assert (outward.role, outward.document, outward.quote) == (OUTWARD[relation], ONE, "根据办法一")
    assert inward.role is INWARD[relation]
    assert inward.document is not None
    assert inward.document.id == "two"
    assert {"terms": {"links": [f"{one} one" for one in Relation]}} in naming_request(ONE)["query"]["bool"]["should"]
    assert named_ids(citing) == ["one"]


def test_each_document_stands_once_by_its_strongest_role() -> None:
    citing = replace(TWO, citations=(Citation(Relation.REPEALS, target="one"), Citation(Relation.CITES, target="one")))
    ended = replace(ONE, ending=Ending(Certainty.STATED, by="two"))
    (found,) = relations(ended, {"two": TWO}, answer(citing)).all
    assert found.role is Role.REPEALED_BY


@pytest.mark.parametrize(
    ("certainty", "after", "before"),
    [
        (Certainty.STATED, Role.REPLACED_BY, Role.REPLACES),
        (Certainty.LIKELY, Role.FOLLOWED_BY, Role.FOLLOWS),
        (Certainty.POSSIBLE, Role.FOLLOWED_BY, Role.FOLLOWS),
    ],
)
def test_only_what_ends_validity_is_called_replaced(certainty: Certainty, after: Role, before: Role) -> None:
    ended = replace(ONE, ending=Ending(certainty, by="two", note="同名"))
    assert [one.role for one in relations(ended, {"two": TWO}, answer()).all] == [after]
    assert [one.role for one in relations(TWO, {}, answer(ended)).all] == [before]


def test_what_is_not_held_keeps_the_name_it_was_given_and_nothing_names_itself() -> None:
    citing = replace(
        ONE, citations=(Citation(Relation.CITES, "某法", "某发〔2020〕1号"), Citation(Relation.CITES, target="one"))
    )  # fmt: skip
    found = relations(citing, {}, answer(total=3))
    (only,) = found.all
    assert (only.document, only.title, only.doc_number) == (None, "某法", "某发〔2020〕1号")
    assert found.more == 3


def test_a_draft_and_its_final_text() -> None:
    draft = replace(TWO, is_draft=True, draft_of="one")
    assert [one.role for one in relations(draft, {"one": ONE}, answer()).all] == [Role.FINAL]
    assert [one.role for one in relations(ONE, {}, answer(draft)).all] == [Role.DRAFT]


def test_a_reference_leaves_out_what_is_not_known_and_never_makes_a_title_up() -> None:
    bare = replace(ONE, title=None)
    assert gb7714(bare, DAY) is None
    assert plain(bare) is None
    assert gb7714(ONE, DAY) == "办法一[A]."
    assert gb7714(replace(bare, working_title="暂名"), DAY) == "[暂名][A]."
    assert plain(ONE) == "《办法一》"
    full = replace(
        ONE, doc_number="甲政〔2026〕1号", issuers=("甲局", "乙局", "丙局", "丁局"), published=DAY,
        url="https://example.gov.cn/1",
    )  # fmt: skip
    assert gb7714(full, DAY) == (
        "甲局，乙局，丙局，等. 办法一：甲政〔2026〕1号[A/OL]. (2026-11-20)[2026-11-20]. https://example.gov.cn/1."
    )
    assert plain(full) == (
        "《办法一》（甲政〔2026〕1号），甲局、乙局、丙局、丁局，2026年11月20日，https://example.gov.cn/1"
    )
    assert "[S]" in (gb7714(replace(ONE, kind=DocumentKind.STANDARD), DAY) or "")
