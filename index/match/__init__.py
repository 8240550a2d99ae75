"""算一算: what a firm can claim, why or why not, and what it would bring. Pure: no search, no screen.

- `firm`: the form as a value; `words`: the table `match.yml`; `reading`: words of a document, recognised or left over;
- `needs`: what of the form a grant is paid for; `answers`: what the form answers to the words;
- `judge`: the verdict on one incentive; `money`: its range;
- `conflicts`: which exclude each other; `total`: the sum within all caps; `places`: the same firm elsewhere.
"""

from index.match.answers import Answer, Reason
from index.match.firm import PAPER_NAMES, SPEND_NAMES, Filing, Firm, Paper, Spend
from index.match.judge import Assessment, Verdict, assess
from index.match.money import Estimate, estimate
from index.match.needs import asked
from index.match.places import Elsewhere, applies, applying, elsewhere
from index.match.total import Caps, Total, total
from index.match.words import match_words

__all__ = [
    "PAPER_NAMES",
    "SPEND_NAMES",
    "Answer",
    "Assessment",
    "Caps",
    "Elsewhere",
    "Estimate",
    "Filing",
    "Firm",
    "Paper",
    "Reason",
    "Spend",
    "Total",
    "Verdict",
    "applies",
    "applying",
    "asked",
    "assess",
    "elsewhere",
    "estimate",
    "match_words",
    "total",
]
