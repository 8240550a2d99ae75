"""Figures put together to grants: which figures of a part count, and in which order they are read.

The reading of one part goes from figure to figure. Each is the amount or rate of the grant at hand, a wider cap on it,
a further tier, or the first of a new grant (see `grants`); what cannot be told is left out, never guessed.
"""

from dataclasses import replace

from index.read.incentives.cues import cue, has
from index.read.incentives.drafts import Draft, Figure
from index.read.incentives.events import Event, events
from index.read.incentives.grants import Grants
from index.read.incentives.kinds import kind_of
from index.read.incentives.payment import is_paid
from index.read.incentives.position import Position
from index.read.incentives.sentences import Part, Segment, Sentence
from index.read.incentives.unsaid import VOUCHERS, free_before_another, pool_only, without_amount

_OFFERED = {"floor", "unit_price"}

MOST_FIGURES = 60
"""Figures of a sentence. One with more is no prose but a table that lost its cells, and is not read."""


def figures_in(text: str) -> int:
    """Return how many figures a text may hold, quickly."""
    return text.count("元") + text.count("%") + text.count("万")


class Assembly:
    """Reads one part of clean text. `drafts` and `figures` are what it found; `unread`: sentences left unread."""

    def __init__(self, text: str, part: Part) -> None:
        self.at = Position(text, part)
        self.part = part
        self.drafts = self.at.drafts
        self.grants = Grants(self.at)
        self.unread: list[Sentence] = []
        self._example: int | None = None

    @property
    def figures(self) -> list[Figure]:
        """Return the amounts that are no rewards."""
        return self.grants.figures

    def _add(self, draft: Draft | None) -> None:
        if draft is not None:
            self.drafts.append(draft)

    def read(self) -> None:
        """Read all sentences of the part."""
        if has("definition", self.at.part.lead) and not has("pay", self.at.part.lead):
            return self._set_aside()
        for number, sentence in enumerate(self.at.part.sentences):
            self.at.enter(number, sentence)
            if figures_in(sentence.text) > MOST_FIGURES:
                self.unread.append(sentence)
                continue
            self._example = self._example_from(sentence)
            if self._tells_no_grant(sentence):
                offered = self._offered_from(sentence)
                self._note(sentence, offered)
                self._read_sentence(sentence, offered)
            else:
                self._read_sentence(sentence, 0)
        return None

    def _set_aside(self) -> None:
        for sentence in self.at.part.sentences:
            self._note(sentence, len(sentence.groups))

    def _example_from(self, sentence: Sentence) -> int | None:
        """Return where a worked example begins, which goes on until a sentence offers something again."""
        if match := cue("example").search(sentence.text):
            return sentence.start + match.start()
        goes_on = self._example is not None and not has("cap_left", sentence.text) and not has("opens", sentence.text)
        return sentence.start if goes_on else None

    def _tells_no_grant(self, sentence: Sentence) -> bool:
        if (
            has("past", sentence.text)
            or (sentence.is_row and has("past", self.at.part.lead))
            or (has("news", sentence.text) and not has("pay_verb", sentence.text))
        ):
            return True
        if has("record", sentence.text) and not has("offer", sentence.text):
            return True
        return has("definition", sentence.text) and not has("pay_verb", sentence.text)

    def _offered_from(self, sentence: Sentence) -> int:
        """Return the number of the group from which a sentence of news offers something; their count if none does."""
        found = (n for n, group in enumerate(sentence.groups) if n and has("from_now", group.segments[0].text))
        return next(found, len(sentence.groups))

    def _note(self, sentence: Sentence, until: int) -> None:
        role = "eligibility_threshold" if has("definition", sentence.text + self.at.part.lead) else "statistic"
        for group in sentence.groups[:until]:
            for segment in group.segments:
                for event in events(self.at.text, segment, sentence):
                    self.grants.put_aside(event, event.role or role, event.rule or "整句不给钱")

    def _read_sentence(self, sentence: Sentence, first: int) -> None:
        known = self.at.pool
        for number, group in enumerate(sentence.groups[first:], first):
            self.at.group = number
            if first:
                self.at.since = max(self.at.since, group.segments[0].start)
            before = len(self.at.drafts)
            pooled = self.at.pool
            for place, segment in enumerate(group.segments):
                if not has("no_pay", segment.text):
                    self._read_segment(segment, sentence, group.segments[place + 1 :])
            if len(self.at.drafts) == before and self.at.pool == pooled:
                self._add(without_amount(self.at, group))
            self.at.since = max(self.at.since, group.segments[-1].end)
        if first < len(sentence.groups):
            self._add(pool_only(self.at, sentence, known))

    def _read_segment(self, segment: Segment, sentence: Sentence, following: tuple[Segment, ...]) -> None:
        found = list(events(self.at.text, segment, sentence))
        for event in found:
            if self._example is not None and event.start >= self._example:
                self.grants.put_aside(event, "statistic", "举例")
            elif self.at.text.startswith("？", segment.end):
                self.grants.put_aside(event, "unclear", "问句")
            else:
                self._place(event)
        if not found and following:
            self._add(free_before_another(self.at, segment, following[0]))

    def _place(self, event: Event) -> None:
        draft = self.at.current()
        self.grants.limiting = False
        if draft is not None and event.role == "pool" and self.at.is_total_of(event, draft):
            self.grants.amount(replace(event, role=None, rule=None), draft)
        elif event.role is not None and event.role not in _OFFERED:
            self._role(event)
        elif not is_paid(self.at, event):
            self.grants.put_aside(event, "unclear", "没有给付的词")
        elif self.at.is_too_large(event):
            self.grants.put_aside(event, "unclear", "上亿元而没有写对象和上限")
        elif event.role in _OFFERED or (event.amount and not event.values):
            self.grants.offer(event, draft)
        elif event.rate is not None:
            self.grants.rate(event, draft)
        else:
            self.grants.amount(event, draft)
        if self.at.drafts and self.at.current() is not None:
            self._advance(event)

    def _advance(self, event: Event) -> None:
        draft = self.at.drafts[-1]
        if event.end >= draft.last and (event.role is None or event.role in _OFFERED):
            draft.end = self.at.since = event.end
            if not self.grants.limiting:
                draft.last = event.end

    def _role(self, event: Event) -> None:
        if event.role == "pool" and event.values:
            rule = kind_of(self.at.within.text if self.at.within else event.segment.text, weak=False)
            own = kind_of(event.segment.text, weak=False)
            if own is None and rule is not None and rule.kind in VOUCHERS:
                own = rule
            self.at.pool = (max(event.values), own.kind if own else None)
            self.grants.put_aside(event, "pool", event.rule or (rule.name if rule else "pool"))
        else:
            self.grants.put_aside(event, str(event.role), str(event.rule))
