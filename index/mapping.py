"""What the indices look like: one row a document with its passages nested in it, one row an incentive.

Each searched text stands in three fields that are summed: single characters (`standard`), character bigrams, and
jieba words made outside (`*_words`, blanks between). Characters and bigrams never share a field: Elasticsearch takes
them for synonyms, which cost a third of the ranking in a trial. Only characters have positions: they alone answer
phrases. `held` finds, those three rank (docs/decisions/ranking.md). `record` holds the whole dataclass and `head` what
a list shows, both unsearched. What is searched only is kept out of `_source`; a row is always replaced as a whole.
"""

from typing import Any

VERSION = 12
"""Raised with every change of mapping or rows, so that an index of an older program is rebuilt."""

ANALYSIS = {
    "analyzer": {
        "bigrams": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "pairs"]},
    },
    "filter": {
        "pairs": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 2, "output_unigrams": False},
    },
}

KEYWORD = {"type": "keyword"}
DATE = {"type": "date", "format": "strict_date"}
FLAG = {"type": "boolean"}
MONEY = {"type": "long"}
WHOLE = {"type": "integer"}
KEPT = {"type": "object", "enabled": False}
ONLY_KEPT = {"type": "keyword", "index": False, "doc_values": False}


PAIRS = {"type": "text", "analyzer": "bigrams", "index_options": "freqs"}
WORDS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
TITLE = {"type": "text", "analyzer": "standard", "fields": {"pairs": PAIRS}}
"""Searched by its pairs, and as a phrase: words of it alone rank nothing."""

HELD = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
"""All words of a row, each once: tells cheaply which rows a search finds, and about in which order."""

TEXT = {"text": {"type": "text", "analyzer": "standard", "fields": {"pairs": PAIRS}}, "text_words": WORDS}


COMMON: dict[str, Any] = {
    "id": KEYWORD,
    "digest": {"type": "keyword", "index": False},
    "title": TITLE,
    "held": HELD,
    "number": KEYWORD,
    "exact_title": KEYWORD,
    "document_kind": KEYWORD,
    "level": KEYWORD,
    "issuers": KEYWORD,
    "region": KEYWORD,
    "region_path": KEYWORD,
    "newest": DATE,
    "year": WHOLE,
    "years": WHOLE,
    "last_day": DATE,
    "amount_max": MONEY,
    "term": {
        "properties": {
            "starts": DATE,
            "ends": DATE,
            "replaced_on": DATE,
            "over": FLAG,
            "draft": FLAG,
            "doubtful": FLAG,
            "attested": FLAG,
        }
    },
}

DOCUMENTS: dict[str, Any] = {
    "_source": {"excludes": ["held", "passages.text", "passages.text_words"]},
    "properties": COMMON
    | {
        "record": KEPT,
        "head": KEPT,
        "incentives": WHOLE,
        "with_text": FLAG,
        "links": KEYWORD,
        "ended_by": KEYWORD,
        "final": KEYWORD,
        "kinds": KEYWORD,
        "grants": {"type": "nested", "properties": {"kind": KEYWORD, "amount": MONEY}},
        "gist_words": {**WORDS, "norms": False},
        "passages": {
            "type": "nested",
            "properties": {**TEXT, "shown": ONLY_KEPT, "start": KEPT, "paths": KEPT},
        },
    },
}

INCENTIVES: dict[str, Any] = {
    "_source": {"excludes": ["held", "text", "text_words"]},
    "properties": COMMON
    | TEXT
    | {"record": KEPT, "document": KEYWORD, "kind": KEYWORD, "rate": {"type": "double"}, "incentive": KEPT},
}

SETTINGS: dict[str, Any] = {
    # Only a build or an update makes new rows visible, all of them at once.
    "refresh_interval": "-1",
    # A node that was stopped amid a build reads so much of its own log before it answers; usually it is 10 GB.
    "translog.flush_threshold_size": "256mb",
    "analysis": ANALYSIS,
}

WHILE_BUILDING: dict[str, Any] = {
    # A build that a power cut ends is begun anew in any case. Copies stay: without them a lost node would end it too.
    "translog.durability": "async",
}
