"""Words that the lexicon may lack: what recurs, holds together and stands free is proposed, nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from data.model import Confidence, Document, DocumentKind, TitleStatus
from data.tables import load
from index.lexicon import Proposal, proposals
from index.tokens import Tokenizer, read_lexicon

ROOT = Path(__file__).resolve().parents[1]
WORDS = Tokenizer([])
FILLING = ("企业可以申请补助", "由主管部门负责解释", "鼓励建设公共服务平台", "申报材料应当真实完整", "资金列入年度预算")


def document(number: int, text: str, title: str = "") -> Document:
    return Document(
        f"d{number}",
        TitleStatus.VERIFIED,
        DocumentKind.POLICY,
        Confidence.HIGH,
        title=title or None,
        text="。".join([text, *FILLING[number % 5 :], *FILLING]),
    )


def held(*texts: str) -> list[Document]:
    return [document(number, text) for number, text in enumerate(texts)]


def found(documents: list[Document], least: int = 3) -> dict[str, Proposal]:
    return {one.word: one for one in proposals(documents, WORDS, least)}


def test_what_recurs_between_other_words_is_proposed_with_its_frequency() -> None:
    told = found(held("支持建设低空经济项目", "对低空经济给予奖励，低空经济优先", "购买低空经济服务", "其他事项"))
    assert (told["低空经济"].times, told["低空经济"].documents) == (4, 3)


def test_what_stands_in_few_documents_or_is_one_word_already_is_not() -> None:
    texts = ["支持建设低空经济项目", "对低空经济给予奖励"]
    assert "低空经济" not in found(held(*texts))
    assert "低空经济" in found(held(*texts), least=2)
    knowing = Tokenizer(["低空经济"])
    assert "低空经济" not in {one.word for one in proposals(held(*texts), knowing, 2)}


def test_part_of_a_longer_word_is_not_proposed_beside_it() -> None:
    told = found(held("建设低空经济枢纽项目", "对低空经济枢纽给予奖励", "购买低空经济枢纽服务"))
    assert "低空经济枢纽" in told
    assert "低空经济" not in told
    assert "经济枢纽" not in told


def test_words_that_always_stand_beside_the_same_are_no_word() -> None:
    assert "低空经济" not in found(held(*["建设低空经济的项目"] * 4))


def test_names_and_titles_are_counted() -> None:
    titles = ("支持低空经济若干措施", "低空经济管理办法", "鼓励低空经济")
    named = [document(number, "依照《湾区算谷》执行", title) for number, title in enumerate(titles)]
    told = found(named)
    assert (told["湾区算谷"].names, told["湾区算谷"].documents) == (3, 3)
    assert told["低空经济"].titles == 3


def test_rows_can_be_pasted_into_the_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.txt"
    lines = [*Proposal("低空经济", 4, 3, 1, 2).lines(), *Proposal("算谷", 9, 8, 0, 0).lines()]
    assert lines[0] == "# 4 次，3 份文件，标题 1 次，书名号 2 次"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_lexicon(path) == ("低空经济", "算谷")


def test_no_proposal_for_the_catalog_is_in_the_lexicon_already() -> None:
    lexicon = read_lexicon()
    told = proposals(list(load().documents.values()), Tokenizer(lexicon))
    assert len(told) > 10
    assert not {one.word for one in told} & set(lexicon)
    assert [one.documents for one in told] == sorted((one.documents for one in told), reverse=True)


@pytest.mark.parametrize(("given", "count"), [(["--most", "3"], 3), (["--documents", "9999"], 0)])
def test_command_line(tmp_path: Path, given: list[str], count: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "index", "lexicon", "--archive", str(tmp_path / "none"), *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert len([line for line in done.stdout.splitlines() if line and not line.startswith("#")]) == count
    assert f"lexicon: {count} of " in done.stderr
