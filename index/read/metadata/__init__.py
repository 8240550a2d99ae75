"""Metadata of a document: title, 发文字号, 索引号, issuers, five dates, validity, draft, region.

`words` reads the tables. `dates`, `numbers`, `issuers`, `titles`, `validity`, `signatures`, `drafts` and `labels` each
know one kind of words; `claims` collects what each place of a page says, `choose` decides between places, `assemble`
makes the result. `strings` reads single strings, `articles` pages.
"""

from index.read.metadata.articles import read_article
from index.read.metadata.result import Metadata, as_json
from index.read.metadata.strings import read_lines, read_string

__all__ = ["Metadata", "as_json", "read_article", "read_lines", "read_string"]
