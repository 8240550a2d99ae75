"""The controls of the pages show what the address holds, whatever came between."""

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    """A page with one control, cut off before its end by another click as often as `cut` says."""
    import streamlit as st
    from streamlit.proto.WidgetStates_pb2 import WidgetStates
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from app.controls import drawn, show

    show("kind", st.session_state["wanted"])
    st.pills("kind", ["a", "b"], key="kind", selection_mode="multi")
    if st.session_state["cut"]:
        st.session_state["cut"] -= 1
        run = get_script_run_ctx()
        assert run is not None
        assert run.script_requests is not None
        run.script_requests.request_rerun(RerunData(widget_states=WidgetStates()))
        st.empty()
    drawn()


@pytest.fixture
def page() -> AppTest:
    """The page as it was opened."""
    at = AppTest.from_function(script, default_timeout=60)
    at.session_state["cut"], at.session_state["wanted"] = 0, ["a"]
    return at.run()


@pytest.mark.parametrize("cut", [0, 1, 3])
def test_what_a_cut_off_draw_set_is_sent_again(page: AppTest, cut: int) -> None:
    page.session_state["cut"], page.session_state["wanted"] = cut, ["b"]
    page.run()
    (pills,) = page.get("button_group")
    assert pills.proto.set_value, "the browser would go on showing the old value"
    assert page.session_state["kind"] == ["b"]


def test_what_came_to_its_end_is_not_sent_again(page: AppTest) -> None:
    (pills,) = page.run().get("button_group")
    assert not pills.proto.set_value, "sent again, it would undo a click under way"
    assert page.session_state["kind"] == ["a"]
