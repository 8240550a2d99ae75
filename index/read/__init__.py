"""From a fetched page to a `Document`: text, metadata, clauses, citations, incentives, windows.

Nothing here fetches or searches. A page goes through `html` or `attachments` and becomes a `parts.Article`;
`metadata`, `clauses`, `citations`, `incentives` and `windows` read that, and `document` puts it together.
"""
