"""Records as JSON and back, and as bytes and back: how a `Document` travels and is kept without losing a field.

JSON is for Elasticsearch and for people, and is checked; bytes (MessagePack) are for what this very program wrote, and
take less than half of the time (docs/performance.md).
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from cattrs.preconf.json import make_converter

Record = TypeVar("Record")

_CONVERTER = make_converter(forbid_extra_keys=True, omit_if_default=True)
_PACKER = msgspec.msgpack.Encoder()
_JSON = b"{"


def to_json(record: object) -> dict[str, Any]:
    """Return `record`, a dataclass of `data.model`, as JSON values. Fields at their default are left out."""
    value: dict[str, Any] = _CONVERTER.unstructure(record)
    return value


def from_json(value: Mapping[str, Any], record_type: type[Record]) -> Record:
    """Return the dataclass that `to_json` was given. Raises cattrs' validation errors for anything else."""
    return _CONVERTER.structure(value, record_type)


def packed(record: object) -> bytes:
    """Return `record` as bytes: the same ones for an equal record whose values are of the types that it declares.

    Times come back in UTC.
    """
    try:
        return _PACKER.encode(record)
    except (UnicodeEncodeError, OverflowError):  # half a character or a sum over 2^64, as a page may hold them
        return json.dumps(to_json(record)).encode()


def digest(value: bytes) -> str:
    """Return a digest of a packed record, hexadecimal."""
    return sha256(value).hexdigest()


def unpacked(value: bytes, record_type: type[Record]) -> Record:
    """Return what `packed` was given. Raises `ValueError` for what is no such record; fields too many may pass."""
    try:
        if value.startswith(_JSON):
            return from_json(json.loads(value), record_type)
        found: Record = _unpacker(record_type).decode(value)  # type: ignore[arg-type] # a class can be hashed
    except (msgspec.MsgspecError, ExceptionGroup) as error:
        raise ValueError(f"no {record_type.__name__}: {error}") from error
    return found


@cache
def _unpacker(record_type: type[Any]) -> "msgspec.msgpack.Decoder[Any]":
    return msgspec.msgpack.Decoder(record_type)
