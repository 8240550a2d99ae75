"""Looking for cycles rarely: in the block only, whatever happens in it."""

import gc

import pytest

from index.garbage import MADE, looked_for_rarely


def test_it_ends_with_the_block() -> None:
    before = gc.get_threshold()
    with looked_for_rarely():
        assert gc.get_threshold()[0] == MADE
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_a_block_in_a_block_ends_with_the_outer_one() -> None:
    with looked_for_rarely():
        with looked_for_rarely():
            pass
        assert gc.get_threshold()[0] == MADE
        assert gc.get_freeze_count() > 0


def test_it_ends_if_the_block_fails() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), looked_for_rarely():
        raise KeyError
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
