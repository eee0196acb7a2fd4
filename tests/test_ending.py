"""The guard of tests that end soon: it counts CPU, so that a busy machine fails nothing."""

from __future__ import annotations

import os
import time

import pytest

from .ending import bound_cpu

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no timer of CPU")


def work_without_end() -> None:
    while True:
        pass


def test_work_without_end_is_ended() -> None:
    with bound_cpu(0.1), pytest.raises(pytest.fail.Exception):
        work_without_end()


async def test_work_without_end_in_an_event_loop_is_ended() -> None:
    with bound_cpu(0.1), pytest.raises(pytest.fail.Exception):
        work_without_end()


def test_work_that_ended_is_bound_no_longer() -> None:
    with bound_cpu(0.1):
        pass

    began = time.process_time()
    while time.process_time() - began < 0.2:
        pass
