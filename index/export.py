"""Results as JSON values, for the command line and everything else that is not a page."""

from typing import Any

from data.model import Document
from data.tables import Tables
from index.rows import shown_title
from index.search import DocumentHit, DocumentResults, Hit, Results, Validity


def results_json(results: Results | DocumentResults, tables: Tables) -> dict[str, Any]:
    """Return results as JSON values: amounts in yuan, rates in percent, dates as YYYY-MM-DD, absent as null.

    loose: no result holds the words, these hold most of their characters.
    """
    hits = [hit_json(hit, tables) if isinstance(hit, Hit) else document_hit_json(hit, tables) for hit in results.hits]
    return {"total": results.total, "loose": results.loose, "results": hits}


def document_hit_json(hit: DocumentHit, tables: Tables) -> dict[str, Any]:
    """Return one document that was found as JSON values; marks and spans count characters, end excluded."""
    snippets = [
        {
            "text": snippet.text,
            "marks": [[mark.start, mark.end] for mark in snippet.marks],
            "span": [snippet.span.start, snippet.span.end] if snippet.span else None,
            "clause": list(snippet.path),
        }
        for snippet in hit.snippets
    ]
    drafts = [draft.id for draft in hit.drafts]
    further = {"incentives": hit.incentives, "drafts": drafts, "passages": snippets}
    return _document(hit.document, hit.validity, tables) | further


def hit_json(hit: Hit, tables: Tables) -> dict[str, Any]:
    """Return one result as JSON values."""
    return {"id": hit.id} | _grant(hit, tables) | _document(hit.document, hit.validity, tables)


def _grant(hit: Hit, tables: Tables) -> dict[str, Any]:
    grant = hit.incentive
    return {
        "kind": grant.kind,
        "kind_name": tables.kinds[grant.kind].name,
        "trigger": grant.trigger,
        "beneficiary": grant.beneficiary,
        "amount_max_cny": grant.amount_max,
        "tiers_cny": list(grant.tiers),
        "floor_cny": grant.floor,
        "rate_percent": list(grant.rates),
        "per": grant.per,
        "period": grant.period,
        "cap_per_entity_cny": grant.cap_per_entity,
        "pool_total_cny": grant.pool,
        "clause": grant.clause,
        "quote": grant.quote,
        "basis": grant.basis,
        "note": grant.note,
    }


def _document(document: Document, validity: Validity, tables: Tables) -> dict[str, Any]:
    return {
        "document": document.id,
        "title": shown_title(document, tables.regions),
        "title_status": document.title_status,
        "doc_number": document.doc_number,
        "issuers": list(document.issuers),
        "region": document.region,
        "region_name": tables.regions.full_name(document.region) if document.region else document.place,
        "validity": validity.state,
        "last_day": validity.last_day.isoformat() if validity.last_day else None,
        "url": document.url,
    }
