"""The tokenizer: normalised, complete, and the same words as its reference."""

import logging
import unicodedata
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from data.tables import load
from index.tokens import BRACKETS, JOINTS, Tokenizer, letters, normalise, read_lexicon, tokenizer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba


LONG_WAY = OpenCC("t2s")


@pytest.fixture(scope="module")
def reference() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    for word in tokenizer().lexicon:
        cutter.add_word(word)
    return cutter


def test_widths_brackets_script_and_case_are_one() -> None:
    assert normalise("厦府辦規［２０２５］３號 AI") == normalise("厦府办规〔2025〕3号 ai")
    assert letters("厦府办规 (2025) 3号") == letters("厦府办规【2025】３号") == "厦府办规20253号"


@given(st.text(max_size=200) | st.text("，：；（）〔［【\u3000！？％ＡＢａ１２ｱﾞ备備發展e\u0301\u0338…—", max_size=60))
def test_short_way_normalises_like_the_long_one(text: str) -> None:
    long = unicodedata.normalize("NFKC", text).translate(BRACKETS)
    assert normalise(text) == LONG_WAY.convert(long).lower()


def test_lexicon_words_are_not_cut() -> None:
    cut = tokenizer().cut("大模型備案企業可領訓力券")
    assert "大模型备案" in cut
    assert "训力券" in cut


@given(st.text(max_size=200))
def test_nothing_but_blanks_and_marks_is_lost(text: str) -> None:
    kept = "".join(filter(str.isalnum, "".join(tokenizer().cut(text))))
    assert kept == "".join(filter(str.isalnum, JOINTS.sub(" ", normalise(text))))


def test_same_words_as_jieba_on_every_lexicon_word(reference: jieba.Tokenizer) -> None:
    different = [word for word in tokenizer().lexicon if list(reference.cut(word)) != tokenizer().cut(word)]
    assert not different


def test_same_words_as_jieba_on_real_sentences(reference: jieba.Tokenizer) -> None:
    different, cut = [], 0
    for sentence in _sentences():
        plain = JOINTS.sub(" ", normalise(sentence))
        expected = [word for word in reference.cut(plain) if any(map(str.isalnum, word))]
        cut += len(expected)
        if expected != tokenizer().cut(sentence):
            different.append(sentence)
    assert cut > 5_000
    assert not different


def _sentences() -> list[str]:
    documents = load().documents.values()
    texts = [text for d in documents for text in (d.title, d.note, *(grant.trigger for grant in d.incentives))]
    return [text for text in texts if text]


def test_version_follows_the_lexicon() -> None:
    assert Tokenizer(["甲乙"]).version == Tokenizer(["甲乙"]).version
    assert Tokenizer(["甲乙"]).version != Tokenizer(["甲丙"]).version


def test_lexicon_has_no_comment_and_no_word_twice() -> None:
    words = read_lexicon()
    assert len(words) == len(set(words)) > 50
    assert not [word for word in words if word.startswith("#")]
