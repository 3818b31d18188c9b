"""The least heap to come up from files: `python -m bench least` finds it, this holds what was won."""

import contextlib
import tempfile
from pathlib import Path

import pytest

from bench import bench_least, device
from bench.bench_system import broker


@pytest.fixture(scope="module")
def surroundings():
    """A compiled library, and the ports of a broker and of a time server."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        sources = bench_least.sources(Path(folder))
        library = stack.enter_context(device.library(*sources))
        yield library, stack.enter_context(broker()), stack.enter_context(bench_least.time_server())


@pytest.mark.parametrize("name, heap_kb", [("mqtt", 60), ("http_async", 66), ("wlan + ntp + mqtt", 94)])
def test_a_program_comes_up_from_files_in_so_much_heap(surroundings, name, heap_kb):
    library, mqtt_port, ntp_port = surroundings
    config = bench_least.config(name, mqtt_port, ntp_port)
    # A device that starts for the second time knows its configuration.
    assert bench_least.comes_up(library, config, 128, mqtt_port)
    assert bench_least.comes_up(library, config, heap_kb, mqtt_port)
