"""Options of a listing, read strictly: a key that the family does not know is an error, not a silent no-op."""

import re
from collections.abc import Mapping

from cssselect import SelectorError
from parsel import Selector

from data.model import Listing

Options = Mapping[str, tuple[str, str]]
"""Table of a family's options: name → (default, meaning)."""

Settings = Mapping[str, str]
"""Every option of a family with its value for one listing; empty means not set."""

REFERER: Options = {"referer": ("", "Referer to send, for endpoints that only answer to their own page")}


class OptionError(ValueError):
    """A source's YAML says something of a listing that its family cannot use. Names listing, option and remedy."""

    def __init__(self, listing: Listing, option: str, problem: str) -> None:
        super().__init__(f"listing {listing.url}, option {option}: {problem}")


def settle(listing: Listing, options: Options) -> dict[str, str]:
    """Return the value of every option for one listing. Raises `OptionError` for unknown ones."""
    for name in listing.options:
        if name not in options:
            raise OptionError(listing, name, f"is not known; this family knows {', '.join(sorted(options))}")
    return {name: listing.options.get(name, default) for name, (default, _) in options.items()}


def override(options: Options, **defaults: str) -> dict[str, tuple[str, str]]:
    """Return the table with other defaults. Raises KeyError for a name that the table does not have."""
    return {**options, **{name: (default, options[name][1]) for name, default in defaults.items()}}


def as_number(listing: Listing, settings: Settings, name: str) -> int | None:
    """Return an option that must be a whole number, `None` if it is not set. Raises `OptionError`."""
    value = settings[name]
    if not value:
        return None
    if not re.fullmatch(r"\d{1,6}", value):
        raise OptionError(listing, name, f'{value!r} is no whole number; write for example "20"')
    return int(value)


def check_choice(listing: Listing, settings: Settings, name: str, choices: tuple[str, ...]) -> None:
    """Raise `OptionError` unless the option has one of the values."""
    if settings[name] not in choices:
        raise OptionError(listing, name, f"{settings[name]!r} is none of {', '.join(choices)}")


def check_selectors(listing: Listing, settings: Settings, *names: str) -> None:
    """Raise `OptionError` for an option that is no CSS selector."""
    for name in names:
        try:
            Selector(text="<p></p>").css(settings[name].removeprefix("+") or "p")
        except (SelectorError, ValueError) as error:
            raise OptionError(listing, name, f"{settings[name]!r} is no CSS selector: {error}") from error


def check_pattern(listing: Listing, settings: Settings, name: str) -> None:
    """Raise `OptionError` for an option that is no regular expression."""
    try:
        re.compile(settings[name])
    except re.error as error:
        raise OptionError(listing, name, f"{settings[name]!r} is no regular expression: {error}") from error


def headers(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the request headers that the settings ask for."""
    return (("Referer", settings["referer"]),) if settings["referer"] else ()
