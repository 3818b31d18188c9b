"""Ends a test that hangs: pytest's tests get HANG_S seconds, `@pytest.mark.patience(seconds)` gives one more.

Unit tests run in processes of their own, which runtimes.py watches.
"""

import signal

import pytest

HANG_S = 300
# The fixtures of a test that hung must end, too.
LAST_WORDS_S = 60


def pytest_configure(config):
    """Tell pytest the mark."""
    config.addinivalue_line("markers", "patience(seconds): what the test may take before it counts as hung")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Interrupt the test when its time is up; its fixtures end as after any other failure."""
    mark = item.get_closest_marker("patience")
    seconds = mark.args[0] if mark else HANG_S

    def strike(number, frame):
        signal.alarm(LAST_WORDS_S)
        pytest.fail("hangs: not done after {} s".format(seconds))

    before = signal.signal(signal.SIGALRM, strike)
    signal.alarm(0 if hasattr(item, "process") else seconds)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
