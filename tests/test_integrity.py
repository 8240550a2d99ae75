"""Whether a text is what the page shows: on written texts, on what damage makes of them, and on the seeds."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read.integrity import Finding, Verdict, judge, judge_whole, unify

SHARED = Path(__file__).resolve().parents[1] / "../shared"

CLAUSES = (
    "第一条　为推动本市人工智能产业高质量发展，根据国家有关规定，结合本市实际，制定本措施。",
    "第二条　对首次通过生成式人工智能服务备案的企业，给予一次性奖励最高100万元；完成登记的，奖励20万元。",
    "第三条　支持企业购买算力服务。按照合同实际支付金额的30%给予补贴，每家企业每年最高不超过500万元。",
    "第四条　鼓励高校、科研院所与企业共建联合实验室，对认定为市级以上的，按照项目投入的三分之一予以资助。",
    "第五条　培育数据要素市场，对购买、交易、标注高质量数据集的单位，发放数据券，单个主体年度上限为50万元。",
    "第六条　本措施由云溪市工业和信息化局负责解释，自2026年3月1日起施行，有效期三年。同一事项就高不重复享受。",
)
TEXT = "\n".join(CLAUSES)
TRADITIONAL = (
    "第一條　為促進人工智慧產業發展，對通過備案之企業，發給獎勵金新臺幣五十萬元，並協助其申請研究發展補助。"
    "第二條　本辦法所稱產業園區，係指經主管機關核定設置者；其範圍由主管機關公告之。"
)
ENGLISH = (
    "Interim measures for the management of generative services. Article 2: these measures apply to the use of models "
    "that provide services to the public in the territory, and to research that is not offered to the public. "
    "Providers shall keep records, label content and complete the filing that is required by the authorities."
)


def _kept(text: str, lost: str = "") -> str:
    """The text as a layer gives it whose characters are lost but for one block of 256, marks and digits."""
    return "".join(
        sign for sign in text if not "\u4e00" <= sign <= "\u9fff" or "\u4e00" <= sign <= "\u4f2f" or sign in lost
    )


@pytest.mark.parametrize("text", [TEXT, TRADITIONAL, ENGLISH, *CLAUSES, "附件", "云溪市人民政府文件\n2026年1月5日"])
def test_written_text_is_sound(text: str) -> None:
    assert judge(text) == judge_whole(text) == Finding(Verdict.SOUND)


def test_a_layer_of_which_one_block_survived_is_damaged() -> None:
    assert judge(_kept(TEXT * 3)) == Finding(Verdict.DAMAGED, "narrow")


def test_damage_in_one_stretch_of_a_page_is_found() -> None:
    page = TEXT + _kept(TEXT * 2) + TEXT
    assert judge(page).verdict is Verdict.DAMAGED


def test_characters_lost_at_random_leave_their_marks_stranded() -> None:
    left = "".join(sign for place, sign in enumerate(TEXT * 4) if not "\u4e00" <= sign <= "\u9fff" or place % 19 == 0)
    assert judge(left) == Finding(Verdict.DAMAGED, "stranded")


@pytest.mark.parametrize("text", ["100 50 30% 2026 3 1", "100、50；30%，2026。3，1（500）", "1.2.3 (4) 5,000"])
def test_figures_and_marks_alone_are_no_sound_text(text: str) -> None:
    assert judge(text).verdict is not Verdict.SOUND


def test_a_table_of_figures_is_checked_and_not_condemned() -> None:
    rows = "序号\t金额\n" + "\n".join(f"{number}\t{number * 12.5}\t{number * 3}" for number in range(1, 9))
    assert judge(rows) == Finding(Verdict.DOUBTFUL, "no_words")


def test_a_form_with_empty_brackets_is_checked_and_not_condemned() -> None:
    form = "申请单位（）　法定代表人（）　联系电话（）　是否通过备案　是否享受其他奖励　申请金额　开户银行　账号"
    assert judge(form) == Finding(Verdict.DOUBTFUL, "hollow")


def test_glyph_numbers_and_private_characters_are_garbage() -> None:
    assert judge("(cid:123)(cid:45)(cid:678)100(cid:9)") == Finding(Verdict.DAMAGED, "garbage")
    assert judge("(cid:1)(cid:2)") == Finding(Verdict.DAMAGED, "garbage")
    assert judge("".join(chr(0xE000 + ord(sign) % 500) for sign in TEXT)) == Finding(Verdict.DAMAGED, "garbage")


def test_one_lost_sign_is_reason_to_look_at_the_page() -> None:
    assert judge(TEXT.replace("100万元", "\ufffd万元")) == Finding(Verdict.DOUBTFUL, "lost_signs")


@pytest.mark.parametrize(
    ("written", "read"), [("gb18030", "latin-1"), ("utf-8", "gb18030"), ("utf-8", "latin-1"), ("gb18030", "big5")]
)
def test_text_in_a_wrong_encoding_is_damaged(written: str, read: str) -> None:
    assert judge(TEXT.encode(written).decode(read, "replace")).verdict is Verdict.DAMAGED


def test_characters_that_stand_for_others_are_doubtful() -> None:
    shifted = "".join(
        chr(0x4E00 + (ord(sign) * 7 + 1234) % 5000) if "\u4e00" <= sign <= "\u9fff" else sign for sign in TEXT
    )
    assert judge(shifted).verdict is not Verdict.SOUND


def test_a_list_of_firms_is_sound() -> None:
    names = ("澜川", "云溪", "砚湖", "青岚", "漱石", "栖霞", "鹭洲", "琅琊")
    assert judge("、".join(f"{name}智能科技股份有限公司" for name in names)).verdict is Verdict.SOUND


def test_blank_pages_are_empty() -> None:
    assert judge(" \n\t。—— ") == Finding(Verdict.EMPTY)


def test_radicals_become_characters_of_the_same_length() -> None:
    assert unify("⽣成式⼈⼯智能，⻓期⽀持") == "生成式人工智能，长期支持"


@given(st.text())
def test_any_text_has_a_verdict(text: str) -> None:
    assert judge(text).verdict in Verdict
    assert judge_whole(text).verdict in Verdict
    assert len(unify(text)) == len(text)


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the seeds beside the project are absent")
def test_of_the_seeds_only_the_guide_is_damaged() -> None:
    texts = {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))}
    assert judge(texts["000"]).verdict is judge(texts["001"]).verdict is Verdict.SOUND
    assert judge(texts["004"]).verdict is judge_whole(texts["004"]).verdict is Verdict.DAMAGED
    lines = texts["004"].split("\n")
    pieces = ["\n".join(lines[first : first + 25]) for first in range(0, len(lines), 25)]
    sound = [piece for piece in pieces if judge(piece).verdict is Verdict.SOUND]
    assert len(sound) <= 0.12 * len(pieces)  # forms and the invented chapter one are whole


@pytest.mark.skipif(not (SHARED / "devset").is_dir(), reason="the development set beside the project is absent")
@pytest.mark.parametrize("name", ["incentives.jsonl", "metadata.jsonl"])
def test_no_clause_of_the_development_set_is_doubted(name: str) -> None:
    items = [json.loads(line) for line in (SHARED / "devset" / name).read_text(encoding="utf-8").splitlines()]
    assert [item["id"] for item in items if judge(item["text"]).verdict is not Verdict.SOUND] == []
