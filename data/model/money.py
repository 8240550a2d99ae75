"""How amounts are said: in yuan or percent, for one of what, and how often."""

from enum import StrEnum
from typing import NewType

Yuan = NewType("Yuan", int)
"""An amount of money in whole yuan (CNY)."""

Percent = NewType("Percent", float)
"""A rate in percent: 30 is 30 %."""


class Per(StrEnum):
    """The unit that one amount is paid for."""

    ENTITY = "entity"
    MODEL = "model"
    ALGORITHM = "algorithm"
    PROJECT = "project"
    DATASET = "dataset"
    PRODUCT = "product"
    PLATFORM = "platform"
    SCENE = "scene"
    TEAM = "team"
    PERSON = "person"
    EVENT = "event"
    STANDARD = "standard"
    PATENT = "patent"
    CONTRACT = "contract"


class Period(StrEnum):
    """How often: once (一次性), each year (每年) or each month (每月)."""

    ONCE = "once"
    YEARLY = "yearly"
    MONTHLY = "monthly"
