"""The bench of the index: its documents are the same in every run, its figures are worked out rightly, it runs."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from data.tables import load
from index.bench import BenchError, tokenizing
from index.bench.building import Filling, Updating
from index.bench.plot import plot
from index.bench.queries import FORMS, Asker
from index.bench.report import Report, growth, keep, kept
from index.bench.searching import SearchMeasure
from index.bench.switching import SwitchMeasure
from index.bench.synthetic import LONGEST, SHORTEST, Synthetic, dictionary_words
from index.bench.timing import Percentiles, percentiles
from index.bench.tokenizing import TokenizingMeasure, measure_tokenizing
from index.query import MAX_TEXT
from index.tokens import tokenizer

ROOT = Path(__file__).resolve().parents[1]
TABLES = load()
TIMES = Percentiles(1.0, 2.0, 3.0)


def made(count: int, changed: int = 0) -> Synthetic:
    return Synthetic(TABLES, tokenizer().lexicon, count, changed)


def test_documents_are_the_same_in_every_run_and_of_every_number() -> None:
    some = made(300)
    assert [some[f"made-{number}"] for number in (0, 7, 299)] == [made(900)[f"made-{n}"] for n in (0, 7, 299)]
    assert list(made(3)) == ["made-0", "made-1", "made-2"]
    assert "made-300" not in some
    assert some.get("other") is None


def test_documents_are_like_real_ones() -> None:
    some = list(made(400).values())
    lengths = [len(document.text or "") for document in some]
    assert 1_900 < mean(lengths) < 2_700
    assert SHORTEST < min(lengths) < 600 < 8_000 < max(lengths) < LONGEST + 1_000
    assert len({document.title for document in some}) == len(some)
    assert 0.3 < sum(bool(document.incentives) for document in some) / len(some) < 0.5
    for document in some[:50]:
        for clause in document.clauses:
            assert (document.text or "")[clause.span.start : clause.span.end] == clause.text
        for grant in document.incentives:
            assert grant.span is not None
            assert (document.text or "")[grant.span.start : grant.span.end].endswith(grant.quote or "-")


def test_words_are_as_frequent_as_their_rank() -> None:
    words = made(1)
    drawn = words.words(np.random.default_rng(1), 20_000)
    first, later = dictionary_words(100)[0], dictionary_words(5_000)[-1]
    assert drawn.count(first) > 50 * max(1, drawn.count(later))
    assert set(tokenizer().lexicon) & set(drawn)


def test_so_many_documents_differ_in_their_title_alone() -> None:
    before, after = made(200), made(200, 4)
    differing = [name for name in before if before[name] != after[name]]
    assert differing == [name for name in after if after.is_changed(name)]
    assert len(differing) == 4
    assert before[differing[0]].text == after[differing[0]].text


def test_searches_are_of_all_forms_and_can_be_asked() -> None:
    queries = list(Asker(made(50)).queries(200))
    assert queries == list(Asker(made(50)).queries(200))
    assert sum(documents for _, documents in queries) in range(100, 160)
    assert max(len(query.text) for query, _ in queries) <= MAX_TEXT
    assert sum(query.text == "" for query, _ in queries) == 200 // len(FORMS)


def test_percentiles_are_in_milliseconds() -> None:
    assert percentiles([number / 1000 for number in range(101)]) == Percentiles(50.0, 95.0, 99.0)


def test_rjieba_and_jieba_give_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizing, "SAMPLE_BYTES", 60_000)
    found = measure_tokenizing(made(100).values(), tokenizer())
    assert found.words > 5_000
    assert 0 < found.plain_differences < 5  # dates and addresses, which the project cuts with blanks in place of marks
    monkeypatch.setattr(tokenizing, "_jieba", lambda _: type("Other", (), {"cut": lambda _, text: [text]})())
    with pytest.raises(BenchError, match=r"rjieba cuts .*, jieba .*JOINTS"):
        measure_tokenizing(made(100).values(), tokenizer())


def report(documents: int) -> Report:
    ours, bare = Filling(100, 1.0, 10.0, 300.0, 2.0, 6.0), Filling(100, 1.0, 8.0, 300.0, 1.0, None)
    return Report(
        documents=documents,
        command="python -m index bench",
        machine={"cores": "2"},
        tokenizing=TokenizingMeasure(1.5, 5.0, 0.5, 4.0, 1000, 0.1),
        ours=(ours, ours),
        bare=(bare, bare),
        whole=Filling(documents, 10.0, 20.0, 400.0, 5.0, 9.0),
        updating=Updating(10, 0.5, 50.0),
        searches=(SearchMeasure(1, 50, TIMES, TIMES, 1.1), SearchMeasure(8, 50, TIMES, TIMES, 1.3)),
        switch=SwitchMeasure(40, 0, 0, 20, 20),
    )


def test_figures_are_worked_out_of_others() -> None:
    found = report(1000)
    assert (found.of_bare, found.update_of_build, found.whole.rate) == (0.8, 0.025, 50.0)
    targets = [line for line in found.lines() if line.endswith(("reached |", "missed |"))]
    assert [line.split(" | ")[-1] for line in targets] == [
        "missed |", "reached |", "reached |", "missed |", "reached |",
    ]  # fmt: skip


def test_figures_are_kept_by_size_and_drawn(tmp_path: Path) -> None:
    for documents in (2000, 500, 1000):
        keep(report(documents), tmp_path)
    found = kept(tmp_path)
    assert [one["documents"] for one in found] == [500, 1000, 2000]
    assert (found[0]["of_bare"], found[0]["documents_per_second"]) == (0.8, 25.0)
    assert growth(found)[2] == "| 500 | 25 | 0.50 | 400 | 50 | 0.5 | 1.0 / 2.0 / 3.0 | 1.0 / 2.0 / 3.0 | 1.30 |"
    plot(found, tmp_path / "index.svg")
    assert "<svg" in (tmp_path / "index.svg").read_text(encoding="utf-8")
    plot(found[:1], tmp_path / "one.svg")


@pytest.mark.parametrize("number", ["0", "199", "x", "-1", "²"])
def test_numbers_that_measure_nothing_are_refused(number: str) -> None:
    done = command(["--documents", number])
    assert done.returncode == 2
    assert "is no whole number from 200 on" in done.stderr or "expected one argument" in done.stderr


@pytest.mark.long
def test_whole_bench(tmp_path: Path) -> None:
    done = command(["--documents", "200", "--searches", "50", "--rounds", "1", "--results", str(tmp_path)])
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "index-200.json").read_text(encoding="utf-8"))
    assert (found["switch"]["failed"], found["switch"]["half"]) == (0, 0)
    assert found["switch"]["searches"] > 0
    assert found["updating"]["changed"] == 2
    assert [one["clients"] for one in found["searches"]] == [1, 8]
    assert "| target |" in done.stdout
    assert (tmp_path / "index.svg").exists()
    assert not (ROOT / "var" / "bench-node").exists()


def command(arguments: Iterable[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "index", "bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
