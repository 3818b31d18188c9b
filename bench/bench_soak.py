"""Ten minutes of a device in use: browsers, MQTT and events at once; the heap must not fall to pieces."""

import os
import threading
import time

import paho.mqtt.client

from .bench_system import HEAP_KB, board_library, broker, faults, gauge, watering
from .browser import crowd

_MINUTES = float(os.environ.get("SOAK_MINUTES", 10))
_BROWSERS = 3


def run(report):
    """Mixed load on the watering sample, minute by minute."""
    with board_library() as library, broker() as broker_port:
        with watering(library, broker_port) as (port, _, output):
            ended = threading.Event()
            commands = threading.Thread(target=_command, args=(broker_port, ended), daemon=True)
            commands.start()
            requests = failures = 0
            largest = []
            end = time.monotonic() + _MINUTES * 60
            while time.monotonic() < end:
                seconds = min(60, end - time.monotonic())
                counts = crowd(port, 1, _BROWSERS, seconds)
                requests, failures = requests + counts[0], failures + counts[1]
                time.sleep(1)  # the last ones have gone
                largest.append(gauge(port, "largest"))
                what = "largest free piece after minute {}".format(len(largest))
                report.row(what, largest[-1] / 1024, "KB", note="of {} KB".format(HEAP_KB))
            ended.set()
            commands.join()
            report.row("last minute over the first", largest[-1] / max(largest[0], 1), "times", goal=0.95)
            report.row("requests", requests)
            report.row("requests that failed, streams that broke", failures, budget=0)
            report.row("MemoryErrors", faults(output), budget=0)


def _command(port, ended):
    # Somebody on MQTT who turns the valves, and now and then says what no valve takes.
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    number = 0
    while not ended.wait(0.2):
        number += 1
        payload = ("true", "false", '"wet"')[number % 3]
        client.publish("modcore/garden/valves/{}/set".format(4 + number % 4), payload)
    client.loop_stop()
    client.disconnect()
