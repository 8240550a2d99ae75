"""What people type, turned into parts of a search: places, kinds of incentive, amounts, years, numbers, phrases.

`understand` reads the text once, part by part, in the order of `reading.FINDERS`; what one part has taken no later one
reads. Words and lists are in `data/tables/query_words.yml` and `synonyms.txt`, rules are here:

- `typed`: the text in one form of each character, of the same length, so that places in it are places in the text;
- `phrases` (titles, quoted phrases, exclusions), `numbers` (发文字号, standards), `amounts`, `years`, `kinds`,
  `regions`: the finders;
- `questions`: what is cut from the rest;
- `synonyms`: other names of what was typed; `near`: names that it is one character off.
"""

from index.understand.amounts import Figures, figures
from index.understand.near import Near, near_names
from index.understand.parts import Ambiguity, Amounts, Part, PartKind, Understood
from index.understand.reading import removed, understand
from index.understand.regions import narrowest
from index.understand.synonyms import Synonym, synonyms

__all__ = [
    "Ambiguity",
    "Amounts",
    "Figures",
    "Near",
    "Part",
    "PartKind",
    "Synonym",
    "Understood",
    "figures",
    "narrowest",
    "near_names",
    "removed",
    "synonyms",
    "understand",
]
