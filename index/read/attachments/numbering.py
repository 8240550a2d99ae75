"""Numbers that Word gives to paragraphs (自动编号): 第一条, （一） and 1. stand in no text and are counted here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千〇", "壹贰叁肆伍陆柒捌玖拾佰仟零")
_HOLDERS = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    style: Word's name of the number format (`chineseCounting`, `decimal`). template: `第%1条`, where %1 is the number
    of the first level. start: of the first number. spaced: a tab or a blank comes after it. plain: numbers of the
    levels above are digits, whatever their own style (isLgl).
    """

    style: str
    template: str
    start: int = 1
    spaced: bool = False
    plain: bool = False


@dataclass(slots=True)
class Counter:
    """The numbers of one list so far, by level."""

    levels: Mapping[int, Level]
    numbers: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        """Count one paragraph at `depth` (0 is the first level) and return its number as printed; "" for bullets."""
        level = self.levels.get(depth)
        if level is None:
            return ""
        self.numbers[depth] = self.numbers.get(depth, level.start - 1) + 1
        for deeper in [other for other in self.numbers if other > depth]:
            del self.numbers[deeper]
        if level.style in {"bullet", "none"}:
            return ""
        label = _HOLDERS.sub(lambda holder: self._number(int(holder[1]) - 1, level), level.template)
        return f"{label} " if label and level.spaced and _wants_blank(label) else label

    def _number(self, depth: int, printed: Level) -> str:
        level = self.levels.get(depth)
        if level is None:
            return ""
        number = self.numbers.setdefault(depth, level.start)
        return spell(number, "decimal" if printed.plain else level.style)


def spell(number: int, style: str) -> str:
    """Return a number in one of Word's formats; formats that are not known here are digits."""
    spelled = _STYLES.get(style, str)(number)
    return spelled or str(number)


def chinese(number: int) -> str:
    """Return 1 to 9999 as 一, 十, 二十一, 一百〇五; other numbers in digits."""
    if not 0 < number < 10_000:
        return str(number)
    parts = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            parts += _DIGITS[digit] + name
        elif parts and number % unit and not parts.endswith("〇"):
            parts += "〇"
    return parts.removeprefix("一") if 10 <= number < 20 else parts


def _wants_blank(label: str) -> bool:
    return label[-1].isalnum() or label[-1] == "."


def _chosen(characters: str) -> Callable[[int], str]:
    return lambda number: characters[number - 1] if 0 < number <= len(characters) else ""


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return ""
    spelled = ""
    for value, letters in _ROMAN:
        spelled += letters * (number // value)
        number %= value
    return spelled


def _run(first: str, count: int) -> Callable[[int], str]:
    return _chosen("".join(chr(ord(first) + place) for place in range(count)))


_STYLES: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"), chinese),
    **dict.fromkeys(("taiwaneseCountingThousand", "koreanCounting", "ideographLegal"), chinese),
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "chineseLegalSimplified": lambda number: chinese(number).translate(_LEGAL),
    "ideographLegalTraditional": lambda number: chinese(number).translate(_LEGAL),
    "ideographTraditional": _chosen("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _chosen("子丑寅卯辰巳午未申酉戌亥"),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _run("①", 20)),
    "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "ideographEnclosedCircle": _run("㊀", 10),
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
