"""Ten minutes of a device in use: browsers, events, MQTT, bursts of requests, a broker that dies each minute."""

import os
import threading
import time

import paho.mqtt.client

from .bench_system import (
    HEAP_KB,
    Broker,
    board_library,
    faults,
    gauge,
    get,
    has_firmware,
    watering,
    watering_firmware,
)
from .browser import crowd
from .http_load import requests_per_second

_MINUTES = float(os.environ.get("SOAK_MINUTES", 10))
_BROWSERS = 3
_PART_S = 20  # each minute has three: a burst of requests, the same, the broker dies
_BURST = 4  # connections at once
_BACK_S = 60


def run(report):
    """Mixed load on the watering sample, minute by minute."""
    firmware = watering_firmware() if has_firmware() else None
    report.row("the watering sample runs", "from files" if firmware is None else "in the firmware")
    with board_library() as library, Broker() as broker:
        with watering(library, broker.port, firmware) as (port, _, output):
            crowd(port, 1, _BROWSERS, 2)  # what is loaded once is loaded now
            time.sleep(1)
            whole = gauge(port, "largest")
            report.row("largest free piece before", whole / 1024, "KB", note="of {} KB".format(HEAP_KB))
            _load(report, broker, port)
            time.sleep(_BACK_S)
            back = gauge(port, "largest")
            report.row("largest free piece a minute after, over before", back / whole, "times", goal=0.95)
            report.row("MemoryErrors", faults(output), budget=0)


def _load(report, broker, port):
    ended = threading.Event()
    commands = threading.Thread(target=_command, args=(broker.port, ended), daemon=True)
    commands.start()
    requests = failures = restarts = lost = 0
    end = time.monotonic() + _MINUTES * 60
    largest = []
    while time.monotonic() < end:
        for part in range(3):
            burst = threading.Thread(target=requests_per_second, args=(port, _BURST, False, 3))
            burst.start()
            if part == 2:
                broker.kill()
                threading.Timer(3, broker.start).start()
                restarts += 1
            counts = crowd(port, 1, _BROWSERS, _PART_S)
            requests, failures = requests + counts[0], failures + counts[1]
            burst.join()
        lost += not _is_connected(port)
        largest.append(gauge(port, "largest"))
        report.row("  after minute {}".format(len(largest)), largest[-1] / 1024, "KB")
    ended.set()
    commands.join()
    report.row("the last minute over the second", largest[-1] / max(largest[:2][-1], 1), "times", goal=0.95)
    report.row("requests of browsers", requests)
    report.row("requests that failed, streams that broke", failures, budget=0)
    report.row("restarts of the broker", restarts)
    report.row("of these MQTT was not back after 20 s", lost, budget=0)


def _is_connected(port):
    return get(port, "/api/mqtt/connected") == b"true"


def _command(port, ended):
    # Somebody on MQTT who turns the valves, and now and then says what no valve takes.
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    number = 0
    while not ended.wait(0.2):
        number += 1
        payload = ("true", "false", '"wet"')[number % 3]
        client.publish("modcore/garden/valves/{}/set".format(4 + number % 4), payload)
    client.loop_stop()
    client.disconnect()
