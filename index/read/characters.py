"""One form for each character, so that rules need to know one only.

`fold` never changes the length: a place in the folded text is the same place in the text.
"""

import re
import unicodedata

# Chinese punctuation is written full-width, whatever the page did; letters, digits and signs half-width.
_WIDE = str.maketrans(",;:()?!", "，；：（）？！")
_BRACKETS = str.maketrans("［］[]【】﹝﹞", "〔〕〔〕〔〕〔〕")
_KEPT = frozenset("，；：（）？！。、“”‘’《》〈〉…—")
_BETWEEN_DIGITS = re.compile(r"[，：](?<=\d.)(?=\d)")
_MOST_KNOWN = 100_000


class _Forms(dict[int, str]):
    """What becomes of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        form = _narrow(chr(code)).translate(_WIDE).translate(_BRACKETS)
        if len(self) < _MOST_KNOWN:  # a hostile page may hold every character that there is
            self[code] = form
        return form


_FORMS = _Forms()


def fold(text: str) -> str:
    """Return `text` in one width of each character and one style of square brackets, of the same length.

    Full-width letters, digits and signs become half-width; commas, colons, semicolons and round brackets become
    full-width, but not between digits (`5,000`, `17:30`); every blank but the line break and the tab is a space.
    """
    return half_width_in_figures(text.translate(_FORMS))


def half_width_in_figures(text: str) -> str:
    """Return folded `text` with commas and colons between digits half-width."""
    return _BETWEEN_DIGITS.sub(lambda mark: "," if mark[0] == "，" else ":", text)


def _narrow(character: str) -> str:
    if character in _KEPT or character in "\n\t":
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) == "No":  # ① numbers a part; it is no figure
        return character
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character
