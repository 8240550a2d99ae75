"""What the controls of a search page have in common: they show what the address holds, and counts beside it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

MOST_LABELS = 20_000
UNSENT = "unsent"


def show(key: str, value: object) -> None:
    """Make a control show `value`. One that shows it already is left alone, so as not to undo a click under way.

    What was set while a page was drawn that never came to its end is set again: the next draw may have begun before
    it was sent, and then the browser never had it.
    """
    unsent = st.session_state.setdefault(UNSENT, set())
    if key in unsent or key not in st.session_state or st.session_state[key] != value:
        unsent.add(key)
        st.session_state[key] = value


def drawn() -> None:
    """Note that the page was drawn to its end: what its controls were set to is on its way."""
    st.session_state[UNSENT] = set()


def draw(markup: str) -> None:
    """Draw HTML; where there is none, nothing, in a place of its own so that what follows keeps its place."""
    if markup:
        st.html(markup)
    else:
        st.empty()


def label(key: str, value: object, text: str) -> str:
    """Return `text`, and remember what it stands for.

    The browser names an option of a menu by its label, and sends the one it shows: that of the draw before, if the
    count in it has changed since. Streamlit hands such a label on as it came.
    """
    labels = st.session_state.setdefault("labels", {})
    if len(labels) > MOST_LABELS:
        labels.clear()
    labels[key, text] = value
    return text


def meant(key: str) -> Any:  # noqa: ANN401 - whatever the control of that key chooses from
    """Return what a control shows, by its value even where the browser sent an older label."""
    labels = st.session_state.get("labels", {})
    shown = st.session_state.get(key)
    if isinstance(shown, list):
        return [labels.get((key, item), item) for item in shown]
    return labels.get((key, shown), shown)


def counts_style(key: str, counts: Sequence[int | None]) -> str:
    """Return the style that writes counts behind the buttons of a group; a button without one is hidden.

    They are not part of the labels: the browser makes a button anew whose label changes, and a click under way
    on the old one would be lost.
    """
    rules = (
        f".st-key-{key} button:nth-of-type({place})"
        + ("{display:none}" if count is None else f" p::after{{content:' {count}'}}")
        for place, count in enumerate(counts, start=1)
    )
    return f"<style>{''.join(rules)}</style>"
