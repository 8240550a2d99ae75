"""The versions of each document: what its page said from when to when, and where the archive keeps the bytes.

- `value`: one version, all of a document, two held against each other;
- `moments`: which bytes of the archive a document was made of at which times;
- `history`: reads those times, and keeps what differs in what is said; widths, punctuation, blanks make no version;
- `rows`: versions in Elasticsearch, as the app reads nothing else.
"""

from index.versions.value import Comparison, Version, Versions

__all__ = ["Comparison", "Version", "Versions"]
