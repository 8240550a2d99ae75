"""Records as JSON and back: how a `Document` travels through Elasticsearch without losing a field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from cattrs.preconf.json import make_converter

Record = TypeVar("Record")

_CONVERTER = make_converter(forbid_extra_keys=True, omit_if_default=True)
_QUICK = make_converter(omit_if_default=True, detailed_validation=False)


def to_json(record: object) -> dict[str, Any]:
    """Return `record`, a dataclass of `data.model`, as JSON values. Fields at their default are left out."""
    value: dict[str, Any] = _CONVERTER.unstructure(record)
    return value


def from_json(value: Mapping[str, Any], record_type: type[Record]) -> Record:
    """Return the dataclass that `to_json` was given. Raises cattrs' validation errors for anything else."""
    return _CONVERTER.structure(value, record_type)


def from_own_json(value: Mapping[str, Any], record_type: type[Record]) -> Record:
    """Return what `from_json` does, a quarter sooner, for what this very program wrote: less is checked."""
    return _QUICK.structure(value, record_type)
