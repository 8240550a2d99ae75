"""How indices are named and spread over the nodes of a cluster: settings of whoever runs it, from the environment.

`ELASTICSEARCH_PREFIX` begins every name (`policy`). `ELASTICSEARCH_SHARDS` is the number of parts of an index (1);
`ELASTICSEARCH_REPLICAS` the number of further copies; unset, there is one as soon as a second node is there.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from index.client import SearchUnavailableError

PREFIX_FORM = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
MOST_SHARDS, MOST_REPLICAS = 1024, 20
PREFIX = os.environ.get("ELASTICSEARCH_PREFIX") or "policy"


def named(what: str) -> str:
    """Return the name of an index or alias of ours."""
    return f"{PREFIX}-{what}"


def check_prefix() -> None:
    """Raise `SearchUnavailableError` if the prefix cannot begin the name of an index."""
    if not PREFIX_FORM.fullmatch(PREFIX):
        raise SearchUnavailableError(
            f"ELASTICSEARCH_PREFIX {PREFIX!r} cannot be used: small letters, digits and hyphens, like policy-test"
        )


def spread(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the settings of a new index that spread it over nodes.

    Raises `SearchUnavailableError` for a setting that cannot be used.
    """
    check_prefix()
    shards = _number(environment, "ELASTICSEARCH_SHARDS", 1, MOST_SHARDS)
    replicas = _number(environment, "ELASTICSEARCH_REPLICAS", 0, MOST_REPLICAS)
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    return {"number_of_shards": shards or 1, **copies}


def spread_small(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the same for an index of a few rows, which is never cut into parts."""
    return {**spread(environment), "number_of_shards": 1}


def _number(environment: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = environment.get(name)
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or not least <= int(text) <= most:
        raise SearchUnavailableError(f"{name} {text!r} cannot be used: a whole number from {least} to {most}")
    return int(text)
