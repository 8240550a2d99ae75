"""What a firm can claim, why, and from how much to how much. All places, documents and clauses here are invented."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import (
    Basis,
    Condition,
    ConditionKind,
    Confidence,
    Document,
    DocumentKind,
    Incentive,
    OverallCap,
    Per,
    Percent,
    Period,
    TitleStatus,
    Yuan,
)
from data.tables import load
from index.match import (
    Answer,
    Assessment,
    Filing,
    Firm,
    Paper,
    Spend,
    Verdict,
    applies,
    applying,
    asked,
    assess,
    elsewhere,
    estimate,
    match_words,
    total,
)
from index.match.conflicts import best_choice, exclude
from index.match.reading import read_piece
from index.search import Hit, validity_of

DAY = date(2026, 11, 20)
TABLES = load()
WAN = 10_000
FILED = Filing(done=True, on=date(2026, 3, 1))
FIRM = Firm(
    region="330106",
    filings={Paper.FILED: FILED, Paper.REGISTERED: Filing(done=False), Paper.ALGORITHM: Filing(done=False)},
    spends={
        Spend.COMPUTE: Yuan(100 * WAN),
        Spend.MODEL: Yuan(30 * WAN),
        Spend.DATA: Yuan(0),
        Spend.RND: Yuan(500 * WAN),
    },
    staff=30,
    sectors=("ai",),
    startup=True,
    own=True,
)
NUMBERS = count(1)


def document(**values: object) -> Document:
    settled: dict[str, object] = {
        "id": f"cn-made-up-{next(NUMBERS)}",
        "title_status": TitleStatus.VERIFIED,
        "kind": DocumentKind.POLICY,
        "confidence": Confidence.HIGH,
        "title": "云杉区促进人工智能若干措施",
        "region": "330106",
        "effective": date(2025, 6, 1),
        "expires": date(2027, 12, 31),
    }
    return Document(**(settled | values))  # type: ignore[arg-type]


def grant(**values: object) -> Incentive:
    settled: dict[str, object] = {
        "no": next(NUMBERS),
        "kind": "filing_reward",
        "trigger": "通过中央网信办生成式人工智能服务备案",
        "beneficiary": "企业",
        "amount_max": Yuan(100 * WAN),
        "basis": Basis.OFFICIAL_PAGE,
    }
    return Incentive(**(settled | values))  # type: ignore[arg-type]


def compute(**values: object) -> Incentive:
    return grant(**({"kind": "compute_voucher", "trigger": "租用智能算力", "rates": (Percent(30.0),)} | values))


def judged(found: Incentive, firm: Firm = FIRM, on: Document | None = None, day: date = DAY) -> Assessment:
    of = on or document()
    return assess(firm, Hit(found, of, validity_of(of, day)), day)


def ends(found: Assessment) -> tuple[int, int | None]:
    assert found.estimate is not None
    return found.estimate.low, found.estimate.high


def without(paper: Paper) -> Firm:
    return replace(FIRM, filings={other: filing for other, filing in FIRM.filings.items() if other is not paper})


def filed(**values: object) -> Firm:
    return replace(FIRM, filings={Paper.FILED: replace(FILED, **values)})  # type: ignore[arg-type]


# --- words


def test_table_is_read_and_no_word_asks_two_things() -> None:
    words = match_words()
    assert words.needs["filing_reward"] == "filed"
    assert set(words.needs) <= set(TABLES.kinds)
    assert {ask.field for ask in words.asks} == {"filed", "registered", "algorithm", "own", "startup"}


@pytest.mark.parametrize(
    ("words", "fields", "left"),
    [
        ("完成生成式人工智能服务备案", ["neutral", "filed"], False),
        ("完成算法备案", ["neutral", "algorithm"], False),
        ("调用已备案模型", ["manual", "neutral"], False),
        ("全市首个完成备案的模型", ["neutral", "neutral", "filed", "neutral", "neutral"], True),
        ("注册用户达到100万人", [], True),
        ("奖励50万元", ["neutral"], True),
        ("奖励100万元", ["neutral"], False),
        ("（）、，", [], False),
    ],
)
def test_every_word_is_recognised_or_left_over(words: str, fields: list[str], left: bool) -> None:  # noqa: FBT001
    piece = read_piece(words, grant())
    assert piece.left is left
    if not left or fields:
        assert [mark.field for mark in piece.marks][: len(fields)] == fields


@pytest.mark.parametrize(
    ("words", "least", "most", "open_end"),
    [
        ("员工不少于20人", 20, None, False),
        ("从业人员20人以上", 20, None, False),
        ("研发投入超过500万元", 500 * WAN, None, True),
        ("研发费用不足1,000万元", None, 1000 * WAN, True),
        ("年度购买平台上架公共智能算力满5万元", 5 * WAN, None, False),
        ("员工5（含）以上", None, None, False),
        ("研发投入500万元", None, None, False),
        ("员工不少于20万元", None, None, False),
        ("研发投入不低于20万元以下", None, None, False),
    ],
)
def test_thresholds(words: str, least: int | None, most: int | None, open_end: bool) -> None:  # noqa: FBT001
    piece = read_piece(words, grant())
    if least is None and most is None:
        assert piece.thresholds == ()
        assert piece.left
        return
    limit = piece.thresholds[0]
    assert (limit.least, limit.most, limit.open_end) == (least, most, open_end)
    assert not piece.left


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2024-01-01起完成备案", date(2024, 1, 1), None),
        ("2024年12月31日前完成备案", None, date(2024, 12, 31)),
        ("2024年1月1日至2025年6月30日期间完成备案", date(2024, 1, 1), date(2025, 6, 30)),
    ],
)
def test_days_in_words(words: str, first: date | None, last: date | None) -> None:
    (period,) = read_piece(words, grant()).periods
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("words", ["2024年13月1日起完成备案", "2024-01-01至2024-02-31完成备案"])
def test_a_day_that_is_none_is_left_to_people(words: str) -> None:
    assert judged(grant(trigger=words)).verdict is Verdict.OPEN


# --- verdicts


def test_all_that_is_asked_holds() -> None:
    found = judged(grant())
    assert found.verdict is Verdict.CAN
    assert ends(found) == (100 * WAN, 100 * WAN)
    assert {reason.answer for reason in found.reasons} == {Answer.YES}
    assert any(reason.words == "通过中央网信办生成式人工智能服务备案" for reason in found.reasons)


@pytest.mark.parametrize(
    ("made", "firm", "verdict", "says"),
    [
        (grant(), filed(done=False), Verdict.CANNOT, "没有完成生成式人工智能备案"),
        (grant(), without(Paper.FILED), Verdict.OPEN, "未填写是否完成生成式人工智能备案"),
        (grant(), filed(on=None), Verdict.OPEN, "未填写生成式人工智能备案的完成日期"),
        (grant(), filed(on=date(2025, 5, 31)), Verdict.OPEN, "早于文件施行（2025年6月1日）"),
        (grant(), filed(on=date(2025, 6, 1)), Verdict.CAN, "文件所及的时间之内"),
        (grant(), filed(on=date(2027, 12, 31)), Verdict.OPEN, "完成后才能申报"),
        (grant(), filed(on=date(2028, 1, 1)), Verdict.CANNOT, "晚于文件有效期（至2027年12月31日）"),
        (grant(trigger="2025-01-01起完成大模型备案"), filed(on=date(2025, 2, 1)), Verdict.CAN, "在所要求的时间之内"),
        (grant(trigger="2026-01-01起完成大模型备案"), filed(on=date(2025, 7, 1)), Verdict.CANNOT, "不在所要求的时间"),
        (grant(trigger="2026-01-01起完成大模型备案"), filed(on=None), Verdict.OPEN, "是否符合需确认"),
        (grant(trigger="上一年度完成大模型备案"), filed(on=date(2025, 7, 1)), Verdict.CAN, "符合“上一年度”"),
        (grant(trigger="上一年度完成大模型备案"), FIRM, Verdict.OPEN, "可能要次年才能申报"),
        (grant(trigger="上一年度完成大模型备案"), filed(on=date(2024, 7, 1)), Verdict.CANNOT, "早于“上一年度”"),
        (grant(trigger="上一年度完成大模型备案"), filed(on=None), Verdict.OPEN, "年度要求需确认"),
        (grant(trigger="当年完成大模型备案"), FIRM, Verdict.CAN, "符合“当年”"),
        (grant(trigger="当年完成大模型备案"), filed(on=date(2025, 7, 1)), Verdict.OPEN, "今年是否还受理"),
        (grant(trigger="自主研发的模型通过备案"), FIRM, Verdict.CAN, "自主研发"),
        (grant(trigger="自主研发的模型通过备案"), replace(FIRM, own=False), Verdict.CANNOT, "非自主研发"),
        (grant(trigger="自主研发的模型通过备案"), replace(FIRM, own=None), Verdict.OPEN, "未填写是否自主研发"),
        (grant(beneficiary="初创企业"), replace(FIRM, startup=False), Verdict.CANNOT, "不是初创企业"),
        (grant(beneficiary="人工智能企业"), FIRM, Verdict.CAN, "行业为人工智能"),
        (grant(beneficiary="人工智能企业"), replace(FIRM, sectors=()), Verdict.OPEN, "未填写行业"),
        (grant(beneficiary="制造业企业"), FIRM, Verdict.CANNOT, "行业不是制造业"),
        (grant(beneficiary="制造企业、软件企业"), FIRM, Verdict.CANNOT, "不在支持对象之内"),
        (grant(beneficiary="制造企业、软件企业等"), FIRM, Verdict.OPEN, "是否属于支持对象需确认"),
        (grant(beneficiary="高校"), FIRM, Verdict.CANNOT, "行业不是高校"),
        (grant(beneficiary="高校", quote="支持高校、企业通过备案"), FIRM, Verdict.OPEN, "是否属于支持对象需确认"),
        (grant(quote="通过备案的奖励100万元，但须在本区纳税"), FIRM, Verdict.OPEN, "原文另有要求"),
        (grant(quote="通过备案的奖励100万元，就高不得重复", stacking="就高不得重复"), FIRM, Verdict.CAN, "已完成"),
        (grant(beneficiary="企业或科研机构"), FIRM, Verdict.CAN, "已完成"),
        (grant(beneficiary="优质大模型企业"), FIRM, Verdict.OPEN, "表格里问不到"),
        (grant(beneficiary=None), FIRM, Verdict.CAN, "已完成"),
        (grant(trigger="完成备案或登记"), FIRM, Verdict.CAN, "已完成"),
        (grant(trigger="完成备案、登记"), FIRM, Verdict.OPEN, "是否须同时具备未载明"),
        (
            grant(trigger="完成备案、登记"),
            replace(FIRM, filings=dict(FIRM.filings) | {Paper.REGISTERED: FILED}),
            Verdict.CAN,
            "已完成",
        ),
        (
            grant(trigger="完成备案或登记"),
            replace(filed(done=False), filings={Paper.FILED: Filing(done=False), Paper.REGISTERED: FILED}),
            Verdict.OPEN,
            "是否同样给予需确认",
        ),
        (grant(kind="registration_reward", trigger="完成登记"), FIRM, Verdict.CANNOT, "没有完成生成式人工智能登记"),
        (grant(kind="algorithm_filing_reward", trigger="完成算法备案"), FIRM, Verdict.CANNOT, "没有完成算法备案"),
        (grant(trigger="首个之后，每再完成一个大模型备案"), FIRM, Verdict.CANNOT, "没有首个之外的备案"),
        (grant(trigger="全市首个通过备案的模型"), FIRM, Verdict.OPEN, "表格里问不到"),
        (grant(basis=Basis.THIRD_PARTY), FIRM, Verdict.OPEN, "第三方网页"),
        (grant(basis=Basis.DRAFT), FIRM, Verdict.OPEN, "征求意见稿"),
        (grant(basis=None), FIRM, Verdict.OPEN, "依据未载明"),
        (grant(note="第二项条件缺失。"), FIRM, Verdict.OPEN, "备注提示的问题"),
        (grant(note="条款号据征求意见稿。"), FIRM, Verdict.CAN, "已完成"),
        (grant(kind="talent", trigger="引进人才团队"), FIRM, Verdict.OPEN, "表格没有问到"),
        (compute(), FIRM, Verdict.CAN, "有算力支出"),
        (compute(), replace(FIRM, spends={}), Verdict.OPEN, "未填写算力支出"),
        (compute(), replace(FIRM, spends={Spend.COMPUTE: Yuan(0)}), Verdict.CANNOT, "没有算力支出"),
        (compute(trigger="获评算力典型案例"), replace(FIRM, spends={}), Verdict.OPEN, "表格没有问到"),
        (grant(kind="data_voucher", trigger="购买语料"), FIRM, Verdict.CANNOT, "没有数据支出"),
        (grant(kind="data_voucher", trigger="自建数据集经评定"), FIRM, Verdict.OPEN, "表格没有问到"),
        (grant(kind="rnd_grant", trigger="研发投入不低于400万元"), FIRM, Verdict.CAN, "研发投入符合要求"),
        (grant(kind="rnd_grant", trigger="研发投入超过500万元"), FIRM, Verdict.CANNOT, "研发投入不符合要求"),
        (grant(kind="rnd_grant", trigger="研发投入不足501万元"), FIRM, Verdict.CAN, "研发投入符合要求"),
        (grant(kind="rnd_grant", trigger="研发投入不足500万元"), FIRM, Verdict.CANNOT, "研发投入不符合要求"),
        (compute(trigger="租用智能算力，员工20人以上"), FIRM, Verdict.CAN, "员工人数符合要求"),
        (compute(trigger="租用智能算力，员工20人以上"), replace(FIRM, staff=19), Verdict.CANNOT, "员工人数不符合"),
        (compute(trigger="租用智能算力，员工20人以上"), replace(FIRM, staff=None), Verdict.OPEN, "未填写员工人数"),
        (
            compute(trigger="模型已按规定备案，且购买算力"),
            filed(done=False),
            Verdict.CANNOT,
            "没有完成生成式人工智能备案",
        ),
        (compute(trigger="模型尚未备案，购买算力"), FIRM, Verdict.OPEN, "表格里问不到"),
        (compute(trigger="2025-01-01起租用智能算力"), FIRM, Verdict.OPEN, "是否符合需确认"),
    ],
)
def test_verdict_and_why(made: Incentive, firm: Firm, verdict: Verdict, says: str) -> None:
    found = judged(made, firm)
    assert (found.verdict, any(says in reason.says for reason in found.reasons)) == (verdict, True), found.reasons
    assert (found.estimate is None) == (verdict is Verdict.CANNOT)


@pytest.mark.parametrize(
    ("condition", "values", "verdict"),
    [
        (Condition(ConditionKind.GATE, "完成大模型备案的"), {}, Verdict.CAN),
        (Condition(ConditionKind.GATE, "注册用户达到100万人的"), {}, Verdict.OPEN),
        (Condition(ConditionKind.GATE, "对初创企业"), {}, Verdict.CAN),
        (Condition(ConditionKind.DISCRETION, "经专家评审择优"), {}, Verdict.OPEN),
        (Condition(ConditionKind.BONUS, "营业收入过亿元的再奖励100万元"), {}, Verdict.OPEN),
        (Condition(ConditionKind.BONUS, "初创企业"), {}, Verdict.CAN),
        (Condition(ConditionKind.BONUS, "行业标杆提高"), {"tiers": (Yuan(50 * WAN), Yuan(100 * WAN))}, Verdict.CAN),
    ],
)
def test_conditions(condition: Condition, values: dict[str, object], verdict: Verdict) -> None:
    found = judged(grant(conditions=(condition,), **values))
    assert found.verdict is verdict
    if verdict is Verdict.OPEN:
        assert any(reason.words and reason.words in condition.words for reason in found.reasons)


@pytest.mark.parametrize(
    ("values", "verdict", "says"),
    [
        ({"is_draft": True}, Verdict.CANNOT, "征求意见稿不是正式文件"),
        ({"expires": date(2026, 6, 30)}, Verdict.CANNOT, "文件已失效（至2026年6月30日）；完成日期在失效之前"),
        ({"expires": date(2026, 1, 31)}, Verdict.CANNOT, "晚于文件有效期"),
        ({"effective": date(2026, 12, 1)}, Verdict.CANNOT, "文件尚未施行"),
        ({"expires": None}, Verdict.OPEN, "是否仍在执行未核实"),
        ({"expires": None, "in_force_seen": DAY}, Verdict.CAN, "文件有效"),
        ({"effective": None}, Verdict.OPEN, "施行、发布日期未载明"),
    ],
)
def test_validity_decides_too(values: dict[str, object], verdict: Verdict, says: str) -> None:
    found = judged(grant(), on=document(**values))
    assert found.verdict is verdict
    assert any(says in reason.says for reason in found.reasons), found.reasons


# --- one amount


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (grant(), 100, 100),
        (grant(up_to=True), 0, 100),
        (grant(floor=Yuan(30 * WAN)), 30, 100),
        (grant(tiers=(Yuan(50 * WAN), Yuan(100 * WAN))), 50, 100),
        (grant(per=Per.MODEL), 300, 300),
        (grant(per=Per.MODEL, cap_per_entity=Yuan(200 * WAN)), 200, 200),
        (grant(per=Per.MODEL, pool=Yuan(250 * WAN)), 250, 250),
        (grant(per=Per.PROJECT), 100, 100),
        (grant(trigger="首个之后，每再完成一个备案"), 200, 200),
        (grant(period=Period.MONTHLY, amount_max=Yuan(10 * WAN)), 10, 120),
        (grant(amount_max=None), 0, None),
        (grant(amount_max=None, floor=Yuan(5 * WAN)), 5, None),
        (grant(amount_max=None, cap_per_entity=Yuan(50 * WAN)), 0, 50),
        (grant(amount_max=None, pool=Yuan(5000 * WAN)), 0, None),
        (compute(), 30, 30),
        (compute(amount_max=Yuan(20 * WAN)), 20, 20),
        (compute(amount_max=None), 30, 30),
        (compute(up_to=True), 0, 30),
        (compute(up_to=True, quote="按租用智能算力费用的30%给予补贴，最高100万元"), 30, 30),
        (compute(quote="按不超过租用智能算力费用的30%给予补贴"), 0, 30),
        (compute(floor=Yuan(40 * WAN)), 40, 40),
        (compute(rates=(Percent(20.0), Percent(40.0))), 20, 40),
        (compute(rates=(Percent(50.0), Percent(60.0)), trigger="租用智能算力，初创企业60%"), 60, 60),
        (compute(tiers=(Yuan(25 * WAN), Yuan(100 * WAN)), amount_max=Yuan(100 * WAN)), 25, 30),
        (compute(rates=(), up_to=True), 0, 100),
        (compute(rates=(), up_to=True, amount_max=Yuan(500 * WAN)), 0, 100),
        (compute(rates=()), 0, 100),
        (compute(trigger="按国家资助额的25%配套租用算力", rates=(Percent(25.0),)), 0, 100),
        (grant(kind="rnd_grant", trigger="重大项目", rates=(Percent(30.0),)), 0, 100),
        (grant(kind="rnd_grant", trigger="按研发投入的10%补助", rates=(Percent(10.0),)), 50, 50),
        (grant(trigger="完成备案，按研发投入比例支持", rates=(Percent(10.0),)), 50, 50),
        (compute(per=Per.MODEL, amount_max=Yuan(10 * WAN)), 10, 30),
        (
            grant(
                kind="rnd_grant", trigger="研发费用超过200万元", quote="研发费用超出部分按6%补助", rates=(Percent(6.0),)
            ),
            0,
            100,
        ),
    ],
)
def test_estimate_in_ten_thousands(made: Incentive, low: int, high: int | None) -> None:
    found = estimate(made, filed(number=3), sure=True)
    assert (found.low, found.high) == (low * WAN, None if high is None else high * WAN)
    assert found.steps


def test_start_ups_get_their_rate_and_others_theirs() -> None:
    made = compute(rates=(Percent(50.0), Percent(60.0)), trigger="租用智能算力，初创企业60%")
    found = {held: estimate(made, replace(FIRM, startup=held), sure=True) for held in (True, False, None)}
    assert {held: (one.low, one.high) for held, one in found.items()} == {
        True: (60 * WAN, 60 * WAN),
        False: (50 * WAN, 50 * WAN),
        None: (50 * WAN, 60 * WAN),
    }


def test_what_was_not_filled_in_is_in_the_upper_end_only() -> None:
    blank = Firm(region="330106")
    assert ends(judged(compute(), blank)) == (0, 100 * WAN)
    assert ends(judged(compute(amount_max=None), blank)) == (0, None)
    assert ends(judged(grant(per=Per.MODEL), blank)) == (0, 100 * WAN)


def test_rates_are_exact() -> None:
    made = compute(rates=(Percent(33.33),), amount_max=None)
    firm = replace(FIRM, spends={Spend.COMPUTE: Yuan(10_001)})
    assert estimate(made, firm, sure=True).high == 3333


# --- sums


def sums(*found: Assessment, caps: tuple[OverallCap, ...] = (), firm: Firm = FIRM) -> tuple[int, int]:
    held = {one.hit.document.id: caps for one in found}
    result = total(found, firm, held, DAY)
    assert result.low <= result.sure <= result.high
    return result.low // WAN, result.high // WAN


def test_a_place_rewards_a_filing_once() -> None:
    one, other = document(), document()
    here = [judged(grant(amount_max=Yuan(amount * WAN)), on=on) for amount, on in ((50, one), (80, one), (60, other))]
    assert sums(*here) == (80, 80)
    assert total(here, FIRM, {}, DAY).left_out == {here[0].hit.id, here[2].hit.id}


def test_levels_stack_in_the_upper_end_where_nothing_is_said() -> None:
    city = document(region="330100")
    assert sums(judged(grant()), judged(grant(), on=city)) == (100, 200)
    said = grant(stacking="可与市级奖励叠加享受")
    assert sums(judged(said), judged(grant(), on=city)) == (200, 200)


@pytest.mark.parametrize(
    ("stacking", "high"),
    [
        ("与上级同类政策就高不重复", 100),
        ("就高不重复", 160),
        ("不得叠加享受", 160),
        (None, 160),
    ],
)
def test_excluding_words(stacking: str | None, high: int) -> None:
    city = document(region="330100")
    here = judged(grant(amount_max=Yuan(60 * WAN), stacking=stacking))
    assert sums(here, judged(grant(), on=city)) == (100, high)


def test_one_sentence_excludes_across_kinds_of_its_document() -> None:
    of, words = document(), "两项同时符合的，按就高不重复原则执行"
    firm = replace(FIRM, filings=dict(FIRM.filings) | {Paper.REGISTERED: FILED})
    both = [
        judged(grant(stacking=words), firm, of),
        judged(grant(kind="registration_reward", trigger="完成登记", stacking=words), firm, of),
    ]
    assert sums(*both, firm=firm) == (100, 100)
    apart = [judged(grant(kind=one.hit.incentive.kind, trigger=one.hit.incentive.trigger), firm, of) for one in both]
    assert sums(*apart, firm=firm) == (200, 200)


def test_further_ones_go_on_top_within_the_cap_they_share() -> None:
    of, firm = document(), filed(number=4)
    first = judged(grant(amount_max=Yuan(50 * WAN), cap_per_entity=Yuan(120 * WAN)), firm, of)
    further = judged(
        grant(trigger="首个之后，每再完成一个大模型备案", amount_max=Yuan(30 * WAN), cap_per_entity=Yuan(120 * WAN)),
        firm,
        of,
    )
    assert (first.verdict, further.verdict) == (Verdict.CAN, Verdict.CAN)
    assert sums(first, further, firm=firm) == (120, 120)


def cap(amount: int, **values: object) -> OverallCap:
    return OverallCap(no=99, amount=Yuan(amount * WAN), scope="全部奖励", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("caps", "low", "high"),
    [
        ((), 130, 130),
        ((cap(110),), 110, 110),
        ((cap(20, incentive_kind="compute_voucher"),), 120, 120),
        ((cap(20, incentive_kind="compute_voucher"), cap(110)), 110, 110),
        ((cap(1, incentive_kind="talent"),), 130, 130),
        ((cap(5, period=Period.MONTHLY),), 60, 60),
        ((cap(50, beneficiary="单家大模型企业"),), 50, 50),
        ((cap(50, beneficiary="集成电路设计企业"),), 130, 130),
        ((cap(50, beneficiary="链主单位"), cap(90, beneficiary="龙头单位")), 50, 90),
    ],
)
def test_overall_caps(caps: tuple[OverallCap, ...], low: int, high: int) -> None:
    of = document()
    assert sums(judged(grant(), on=of), judged(compute(), on=of), caps=caps) == (low, high)


def test_caps_that_made_it_smaller_are_named() -> None:
    of = document()
    here = [judged(grant(), on=of), judged(compute(), on=of)]
    assert total(here, FIRM, {of.id: (cap(110), cap(999))}, DAY).capped == (cap(110),)


def test_pools_refusals_and_unknown_amounts_are_not_counted() -> None:
    nothing = judged(grant(kind="registration_reward", trigger="完成登记"))
    unknown = judged(compute(rates=(), amount_max=None, pool=Yuan(6000 * WAN)))
    result = total([nothing, unknown], FIRM, {}, DAY)
    assert (result.low, result.high, result.unknown) == (0, 0, 1)


def test_open_ones_are_in_the_upper_end_only() -> None:
    result = total([judged(grant()), judged(compute(note="比例待核。"))], FIRM, {}, DAY)
    assert (result.low, result.sure, result.high) == (100 * WAN, 100 * WAN, 130 * WAN)


# --- places


def test_levels_above_apply_and_neighbours_do_not() -> None:
    regions = TABLES.regions
    codes = {
        code: applies(document(region=code), "330106", regions) for code in ("000000", "330000", "330100", "330106")
    }
    assert set(codes.values()) == {True}
    assert not any(applies(document(region=code), "330106", regions) for code in ("330105", "440000", None))
    found = [judged(grant(), on=document(region=code)) for code in ("330000", "330106", "440000")]
    assert [one.hit.document.region for one in applying(found, "330106", regions)] == ["330106", "330000"]


def test_elsewhere_is_ranked_by_either_end() -> None:
    found = [
        judged(grant(), on=document(region="330106")),
        judged(grant(amount_max=Yuan(300 * WAN), up_to=True), on=document(region="440105")),
        judged(grant(amount_max=Yuan(20 * WAN)), on=document(region="330000")),
    ]
    by_high = elsewhere(found, FIRM, {}, TABLES.regions, DAY)
    by_low = elsewhere(found, FIRM, {}, TABLES.regions, DAY, by_low=True)
    assert [place.region for place in by_high] == ["440105", "330106", "330000"]
    assert [place.region for place in by_low] == ["330106", "330000", "440105"]
    assert by_high[1].total.high == 120 * WAN


def test_the_catalog_is_judged_without_a_wrong_promise() -> None:
    hits = [Hit(one, of, validity_of(of, DAY)) for of in TABLES.documents.values() for one in of.incentives]
    found = [assess(FIRM, hit, DAY) for hit in hits]
    assert {one.verdict for one in found} == set(Verdict)
    for one in found:
        assert one.reasons
        if one.verdict is Verdict.CAN:
            assert one.hit.incentive.basis not in {None, Basis.DRAFT, Basis.THIRD_PARTY}
    assert sum(asked(hit.incentive) for hit in hits) > 60


# --- properties

YUAN = st.integers(1, 10**9).map(Yuan)
SPENT = st.none() | st.integers(0, 10**9).map(Yuan)


@st.composite
def grants(draw: st.DrawFn) -> Incentive:
    most = draw(st.none() | st.integers(10, 10**8).map(Yuan))
    tiers = (Yuan(max(1, most // 3)), most) if most is not None and draw(st.booleans()) else ()
    kind, trigger = draw(
        st.sampled_from(
            [
                ("filing_reward", "完成大模型备案"),
                ("filing_reward", "首个之后，每再完成一个大模型备案"),
                ("filing_reward", "完成备案，按研发投入比例支持"),
                ("compute_voucher", "租用智能算力"),
                ("compute_voucher", "租用智能算力，初创企业60%"),
                ("model_voucher", "购买模型服务满5万元"),
                ("model_voucher", "支付API调用费，不超过30%"),
                ("rnd_grant", "研发投入不低于100万元"),
                ("event", "获奖"),
            ]
        )
    )
    return grant(
        kind=kind,
        trigger=trigger,
        amount_max=most,
        tiers=tiers,
        floor=draw(st.none() | st.just(Yuan(most // 2))) if most and not tiers else None,
        up_to=draw(st.booleans()),
        rates=tuple(map(Percent, draw(st.lists(st.sampled_from([10.0, 33.33, 60.0, 100.0]), max_size=2, unique=True)))),
        per=draw(st.none() | st.sampled_from(Per)),
        period=draw(st.none() | st.sampled_from(Period)),
        cap_per_entity=draw(st.none() | YUAN),
        pool=draw(st.none() | YUAN),
        stacking=draw(st.none() | st.sampled_from(["就高不重复", "可叠加享受", "与上级同类政策不重复享受"])),
        note=draw(st.none() | st.just("条件残缺。")),
    )


@st.composite
def firms(draw: st.DrawFn) -> Firm:
    spends = {spend: spent for spend in Spend if (spent := draw(SPENT)) is not None}
    filing = draw(st.none() | st.builds(Filing, st.booleans(), st.just(date(2026, 3, 1)), st.integers(1, 50)))
    filings = {Paper.FILED: filing} if filing else {}
    return replace(FIRM, filings=filings, spends=spends, startup=draw(st.none() | st.booleans()))


OFFERS = st.lists(st.tuples(grants(), st.sampled_from(["330106", "330100", "330000"]), st.integers(0, 1)), max_size=7)
CAPS = st.lists(
    st.builds(
        OverallCap,
        no=st.just(1),
        amount=YUAN,
        scope=st.just("全部"),
        beneficiary=st.none() | st.just("链主单位"),
        incentive_kind=st.none() | st.just("compute_voucher"),
    ),
    max_size=2,
)


@given(grants(), firms(), st.booleans())
def test_an_estimate_never_passes_a_stated_cap(made: Incentive, firm: Firm, sure: bool) -> None:  # noqa: FBT001
    found = estimate(made, firm, sure=sure)
    high = found.high
    assert found.low >= 0
    assert high is None or found.low <= high
    assert sure or found.low == 0
    for limit in (made.cap_per_entity, made.pool):
        assert limit is None or high is None or high <= limit
    units = max((filing.number for filing in firm.filings.values()), default=1)
    if made.amount_max is not None:
        assert high is not None
        assert high <= made.amount_max * units * 12


@given(grants(), firms(), st.sampled_from(Spend), st.integers(0, 10**9), st.integers(0, 10**9))
def test_spending_more_never_brings_less(made: Incentive, firm: Firm, spend: Spend, one: int, other: int) -> None:
    less, more = sorted((one, other))
    of = document()
    poor, rich = (
        judged(made, replace(firm, spends=dict(firm.spends) | {spend: Yuan(spent)}), of) for spent in (less, more)
    )
    if poor.estimate is None:
        return
    assert rich.estimate is not None
    assert poor.estimate.low <= rich.estimate.low
    assert (poor.estimate.high is None) == (rich.estimate.high is None)
    assert (poor.estimate.high or 0) <= (rich.estimate.high or 0)


@given(OFFERS, CAPS, firms(), st.sampled_from(Spend), st.integers(0, 10**9), st.integers(0, 10**9))
def test_sums_hold_their_caps_and_grow_with_spending(
    offers: list[tuple[Incentive, str, int]], caps: list[OverallCap], firm: Firm, spend: Spend, one: int, other: int
) -> None:
    made: dict[tuple[str, int], Document] = {}
    results = []
    held = {}
    for spent in sorted((one, other)):
        asking = replace(firm, spends=dict(firm.spends) | {spend: Yuan(spent)})
        found = []
        for made_grant, region, which in offers:
            of = made.setdefault((region, which), document(region=region))
            found.append(judged(made_grant, asking, of))
        held = {of.id: tuple(caps) for of in made.values()}
        results.append(total(found, asking, held, DAY))
    poor, rich = results
    for result in results:
        assert 0 <= result.low <= result.sure <= result.high
        for limit in caps:
            if limit.beneficiary is None and limit.incentive_kind is None:
                assert result.high <= limit.amount * max(1, len(made))
    assert poor.low <= rich.low
    assert poor.high <= rich.high


@given(OFFERS)
def test_the_choice_has_no_conflict_and_none_is_better(offers: list[tuple[Incentive, str, int]]) -> None:
    made: dict[tuple[str, int], Document] = {}
    found = [judged(one, FIRM, made.setdefault((region, n), document(region=region))) for one, region, n in offers]
    worths = [(one.estimate.high or 0) if one.estimate else 0 for one in found]

    def worth(chosen: frozenset[int]) -> int:
        return sum(worths[number] for number in chosen)

    for low in (True, False):
        value, choice = best_choice(found, worth, low=low)
        assert value == worth(choice)
        best = 0
        for bits in range(2 ** len(found)):
            chosen = [number for number in range(len(found)) if bits >> number & 1]
            clash = any(exclude(found[a], found[b], low=low) for a in chosen for b in chosen if a < b)
            best = max(best, 0 if clash else worth(frozenset(chosen)))
            if chosen == sorted(choice):
                assert not clash
        assert value == best


@given(st.text(max_size=60), firms())
def test_any_words_are_read(words: str, firm: Firm) -> None:
    found = judged(grant(trigger=words or "无", beneficiary=words or None, note=words, stacking=words), firm)
    assert found.verdict in set(Verdict)


def test_many_that_exclude_each_other_take_a_bounded_time() -> None:
    of = document()
    crowd = [judged(compute(amount_max=Yuan(number), stacking="就高不重复"), on=of) for number in range(1, 120)]
    assert total(crowd, FIRM, {}, DAY).high == 119
