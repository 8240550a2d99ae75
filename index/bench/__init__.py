"""What building, updating and searching cost: `python -m index bench`, on a corpus made up in the manner of real ones.

- `synthetic`: the documents; `queries`: what is searched; `timing`: percentiles, peaks of memory, the machine;
- `tokenizing`, `building`, `searching`, `switching`: what is measured, each against a bare counterpart in the same run;
- `run`: all of it in order; `report` and `plot`: results as data, as tables for people, drawn; `command`.
"""


class BenchError(RuntimeError):
    """Nothing can be measured; the text says why."""
