"""The firm that asks: what the form of 算一算 holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.model import Yuan
from index.said import Said


class Paper(StrEnum):
    """What a firm files: generative-AI filing (备案), registration (登记), algorithm filing (算法备案)."""

    FILED = "filed"
    REGISTERED = "registered"
    ALGORITHM = "algorithm"


class Spend(StrEnum):
    """What a firm spends in one year: computing power, model services, data, research and development."""

    COMPUTE = "compute"
    MODEL = "model"
    DATA = "data"
    RND = "rnd"


PAPER_NAMES: Mapping[str, str] = {
    Paper.FILED: Said("生成式人工智能备案"),
    Paper.REGISTERED: Said("生成式人工智能登记"),
    Paper.ALGORITHM: Said("算法备案"),
}
SPEND_NAMES: Mapping[str, str] = {
    Spend.COMPUTE: Said("算力支出"),
    Spend.MODEL: Said("模型服务支出"),
    Spend.DATA: Said("数据支出"),
    Spend.RND: Said("研发投入"),
}


@dataclass(frozen=True, slots=True)
class Filing:
    """done: whether it is. on: the day, `None` if not filled in. number: how many, from 1."""

    done: bool
    on: date | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Firm:
    """What is known of a firm. Whatever is absent or `None` was not filled in: it is neither 0 nor no.

    region: code of the region it is registered in. spends: of one year, in yuan. sectors: codes of match.yml; empty
    if not filled in. own: its models are its own development.
    """

    region: str | None = None
    filings: Mapping[Paper, Filing] = field(default_factory=dict)
    spends: Mapping[Spend, Yuan] = field(default_factory=dict)
    staff: int | None = None
    sectors: tuple[str, ...] = ()
    startup: bool | None = None
    own: bool | None = None
