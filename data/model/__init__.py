"""The words of the field: what a document, an incentive, a region is here.

Everything else in the project is written in these words, so this package is the place to look one up.
They are values: frozen, comparable, without behaviour. Three rules hold for all of them:

- Money is whole yuan (`Yuan`), rates are percent (`Percent`: 30 means 30 %).
- Absent is `None` (on screen 未载明): not stated, or not found. It is never 0 and never a guess.
- Nothing here is a verdict that time makes false. Whether a document is in force on a day is computed
  from its dates and its `Ending` (see `index.validity`).

One module a subject; all names are imported from here:

- `money`: yuan and percent; `regions`: places; `provenance`: what a value rests on and how sure it is;
- `clauses`: parts of a text; `citations`: documents that name each other;
- `incentives`: grants, conditions, budgets, caps; `validity`: the days of a document, and rounds of applications;
- `documents`: one document with all of these;
- `sources`: where documents are published; `archive`: pages, visits and runs; `changes`: what a refresh found.
"""

from data.model.archive import Capture, Evidence, Finding, Outcome, Page, Run, Visit
from data.model.changes import Change, ChangeKind, ClauseChange, Edit, Ground, Piece
from data.model.citations import Citation, CitedBy, CitingSource, Relation, Role
from data.model.clauses import Clause, Span
from data.model.documents import Attachment, Document, DocumentKind, IssuerLevel, TitleStatus
from data.model.incentives import (
    BenefitClass,
    Budget,
    BudgetKind,
    Condition,
    ConditionKind,
    Incentive,
    IncentiveKind,
    OverallCap,
)
from data.model.money import Per, Percent, Period, Yuan
from data.model.provenance import Basis, Confidence, Conflict, Origin, Said
from data.model.regions import Region, RegionLevel
from data.model.sources import Listing, Need, Source, Watch
from data.model.validity import Certainty, Dated, Ending, ValidityState, Window, WindowState

__all__ = [
    "Attachment",
    "Basis",
    "BenefitClass",
    "Budget",
    "BudgetKind",
    "Capture",
    "Certainty",
    "Change",
    "ChangeKind",
    "Citation",
    "CitedBy",
    "CitingSource",
    "Clause",
    "ClauseChange",
    "Condition",
    "ConditionKind",
    "Confidence",
    "Conflict",
    "Dated",
    "Document",
    "DocumentKind",
    "Edit",
    "Ending",
    "Evidence",
    "Finding",
    "Ground",
    "Incentive",
    "IncentiveKind",
    "IssuerLevel",
    "Listing",
    "Need",
    "Origin",
    "Outcome",
    "OverallCap",
    "Page",
    "Per",
    "Percent",
    "Period",
    "Piece",
    "Region",
    "RegionLevel",
    "Relation",
    "Role",
    "Run",
    "Said",
    "Source",
    "Span",
    "TitleStatus",
    "ValidityState",
    "Visit",
    "Watch",
    "Window",
    "WindowState",
    "Yuan",
]
