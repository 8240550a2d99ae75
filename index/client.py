"""The way to Elasticsearch: from settings in the environment, or to the local node."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, Elasticsearch, TransportError
from elasticsearch.serializer import JsonSerializer

TIMEOUT_SECONDS = 10
RETRIES = 2
CONNECTIONS = 32
"""To each node: a search asks two questions at once, and sixteen threads of the API may search."""

BUSY = (429, 502, 503, 504)
"""Answers after which the same may succeed: too much at once, a full disk, or a node that has just gone."""


class QuickAnswers(JsonSerializer):
    """Writes requests as the client does, and reads answers several times as fast."""

    def json_loads(self, data: bytes) -> Any:  # noqa: ANN401 - as in the class above
        """Return the value of a JSON text. Raises `ValueError`."""
        try:
            return orjson.loads(data)
        except ValueError:  # half a character, which orjson refuses
            return super().json_loads(data)


class SearchUnavailableError(RuntimeError):
    """Elasticsearch cannot answer now. The text says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Credentials of a cluster and its address, or several with commas between: of any of its nodes.

    `ca`: file with the certificate authority, for https.
    """

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: str | None = None

    def settings(self) -> dict[str, str]:
        """Return the connection as the environment variables that `from_environment` reads."""
        values = {name: getattr(self, key) for name, key in VARIABLES.items()}
        return {name: value for name, value in values.items() if value}


VARIABLES = {
    "ELASTICSEARCH_URL": "url",
    "ELASTICSEARCH_USER": "user",
    "ELASTICSEARCH_PASSWORD": "password",
    "ELASTICSEARCH_API_KEY": "api_key",
    "ELASTICSEARCH_CA": "ca",
}


def from_environment(environment: Mapping[str, str] = os.environ) -> Connection | None:
    """Return the cluster that the environment names, or `None` if `ELASTICSEARCH_URL` is not set."""
    if not environment.get("ELASTICSEARCH_URL"):
        return None
    return Connection(**{key: environment[name] for name, key in VARIABLES.items() if environment.get(name)})


def connect(connection: Connection) -> Elasticsearch:
    """Return a client with time-outs and bounded retries. Nothing is sent yet."""
    options: dict[str, Any] = {"request_timeout": TIMEOUT_SECONDS, "max_retries": RETRIES, "retry_on_timeout": True}
    options["connections_per_node"] = CONNECTIONS
    options["serializer"] = QuickAnswers()
    if connection.api_key:
        options["api_key"] = connection.api_key
    elif connection.user:
        options["basic_auth"] = (connection.user, connection.password or "")
    if connection.ca:
        if not Path(connection.ca).is_file():
            raise SearchUnavailableError(f"ELASTICSEARCH_CA cannot be used: {connection.ca} is no file")
        options["ca_certs"] = connection.ca
    try:
        return Elasticsearch([part.strip() for part in connection.url.split(",") if part.strip()], **options)
    except (ValueError, OSError) as error:
        raise SearchUnavailableError(
            f"ELASTICSEARCH_URL {connection.url!r} or ELASTICSEARCH_CA cannot be used: {error}; "
            "write the address like http://127.0.0.1:9200 or https://search.example:9200, several with commas between"
        ) from error


@contextmanager
def clear_errors(client: Elasticsearch) -> Iterator[None]:
    """Turn the client's errors into `SearchUnavailableError` with a sentence a person can act on."""
    try:
        yield
    except (AuthenticationException, AuthorizationException) as error:
        raise SearchUnavailableError(
            f"Elasticsearch refuses these credentials ({error.meta.status}): check ELASTICSEARCH_USER and "
            "ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY"
        ) from error
    except TransportError as error:
        where = ", ".join(node.base_url for node in client.transport.node_pool.all())
        raise SearchUnavailableError(
            f"Elasticsearch at {where} does not answer ({_words(error)}): is it running, and is the address right?"
        ) from error
    except ApiError as error:
        if error.meta.status in BUSY:
            raise SearchUnavailableError(
                f"Elasticsearch answered {error.meta.status} ({error.message}): it is overloaded or still starting; "
                "try again in a minute"
            ) from error
        raise SearchUnavailableError(
            f"Elasticsearch answered {error.meta.status} ({error.message}): does ELASTICSEARCH_URL lead to it?"
        ) from error


def _words(error: TransportError) -> str:
    return f"{type(error).__name__}: {error.message}"[:200]
