"""What changed between two states of all documents: pure rules, the state between runs, rows of the index.

- `wording`: the difference of two texts, on what is said and not on how it is set;
- `clauses`: which clause of one version is which of the other;
- `facts`: what the dates of a document say on a day; `compare`: the rules, `changes(before, after, day)`;
- `pages`: what visits of the archive say of a document's pages; `store`: the state, in one SQLite file;
- `rows`: changes in Elasticsearch; `match`: which documents a stored search finds; `words`: a change in Chinese.
"""

from index.changes.compare import changes
from index.changes.state import Gone, Move, State

__all__ = ["Gone", "Move", "State", "changes"]
