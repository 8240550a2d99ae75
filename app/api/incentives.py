"""One incentive in an answer."""

from urllib.parse import urlencode

from app.api.fields import Field, code, day, flag, money, rows, said, span, text, texts, whole
from app.cards import place
from data.model import Basis, Condition, ConditionKind, Per, Period, TitleStatus, ValidityState
from index.rows import shown_title
from index.search import Hit
from index.words import say_amount, say_money, say_rate, say_terms

CONDITION: list[Field[Condition]] = [
    *code(
        "kind",
        ConditionKind,
        lambda condition: condition.kind,
        "Without a gate nothing is paid, a bonus pays more, discretion is the office's.",
        always=True,
    ),
    *text("words", lambda condition: condition.words, "The condition in the words of the document.", always=True),
]


GRANT: list[Field[Hit]] = [
    *text("kind", lambda hit: hit.incentive.kind, "Code of its kind, see /api/v1/kinds.", always=True),
    *said("kind_text", lambda hit, tables: tables.kinds[hit.incentive.kind].name, "Name of its kind."),
    *text("trigger", lambda hit: hit.incentive.trigger, "What the money is paid for.", always=True),
    *text("beneficiary", lambda hit: hit.incentive.beneficiary, "Who may get it."),
    *said("amount_text", lambda hit, _: say_amount(hit.incentive), "What one unit gets, amounts and rates in words."),
    Field(
        "terms_text",
        {"type": "array", "items": {"type": "string"}, "description": "What qualifies the amount, in words."},
        lambda hit, tables: say_terms(hit.incentive, tables.terms),
    ),
    *money("amount_max", lambda hit: hit.incentive.amount_max, "The most that one unit gets; with rates, their cap."),
    *flag("up_to", lambda hit: hit.incentive.up_to, "The source gives the amount as an upper limit."),
    Field(
        "tiers_cny",
        {"type": "array", "items": {"type": "integer"}, "description": "All amounts of a graded grant, whole yuan."},
        lambda hit, _: list(hit.incentive.tiers),
    ),
    *texts("tiers_text", lambda hit: map(say_money, hit.incentive.tiers), "The same as people write them."),
    *money("floor", lambda hit: hit.incentive.floor, "The least that is paid."),
    Field(
        "rate_percent",
        {"type": "array", "items": {"type": "number"}, "description": "Shares of the cost that are paid: 30 is 30 %."},
        lambda hit, _: list(hit.incentive.rates),
    ),
    *texts("rate_text", lambda hit: map(say_rate, hit.incentive.rates), "The same as people write them."),
    *code("per", Per, lambda hit: hit.incentive.per, "The unit that one amount is paid for."),
    *code("period", Period, lambda hit: hit.incentive.period, "How often it is paid."),
    *money("cap_per_entity", lambda hit: hit.incentive.cap_per_entity, "The most that one firm gets over all units."),
    *money("pool_total", lambda hit: hit.incentive.pool, "All the money there is; nobody gets this much."),
    *text("duration", lambda hit: hit.incentive.duration, "For how long it is paid, in the words of the document."),
    *rows("conditions", CONDITION, lambda hit: hit.incentive.conditions, "Conditions as the document words them."),
    *text("stacking", lambda hit: hit.incentive.stacking, "What it excludes or is paid beside, in its words."),
    *text("clause", lambda hit: hit.incentive.clause, "Where in the document."),
    *text("quote", lambda hit: hit.incentive.quote, "The very words; null until the document has been read."),
    *span("span", lambda hit: hit.incentive.span, "Where the quote stands in the document's text, in characters."),
    *code("basis", Basis, lambda hit: hit.incentive.basis, "What the figures rest on."),
    *text("rule", lambda hit: hit.incentive.rule, "The reading rule that found it; null if the catalog says it."),
    *text("note", lambda hit: hit.incentive.note, "What a reader must know before relying on it."),
]

INCENTIVE: list[Field[Hit]] = [
    *text("id", lambda hit: hit.id, "Its address: the document's id, a dot, its number there.", always=True),
    *whole("no", lambda hit: hit.incentive.no, "Its number in the document.", always=True),
    *GRANT,
    *text("document", lambda hit: hit.document.id, "Id of the document that grants it.", always=True),
    *said("title", lambda hit, tables: shown_title(hit.document, tables.regions), "Title of that document."),
    *code("title_status", TitleStatus, lambda hit: hit.document.title_status, "How sure the title is.", always=True),
    *text("doc_number", lambda hit: hit.document.doc_number, "发文字号."),
    *texts("issuers", lambda hit: hit.document.issuers, "Who issued it."),
    *text("region", lambda hit: hit.document.region, "Code of the region it holds for."),
    *said("region_text", lambda hit, tables: place(hit.document, tables), "That region in full."),
    *day("published", lambda hit: hit.document.published, "发布日期."),
    *code("validity", ValidityState, lambda hit: hit.validity.state, "Whether it holds today.", always=True),
    *day("last_day", lambda hit: hit.validity.last_day, "Last day in force, as far as known."),
    *whole("days_left", lambda hit: hit.validity.days_left, "Days until then, if in force."),
    *text("source_url", lambda hit: hit.document.url, "Page of the issuer. Text from the web: check before following."),
    *text("page", lambda hit: f"/document?{urlencode({'id': hit.document.id})}", "Page of this app.", always=True),
]
