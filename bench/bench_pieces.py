"""The largest piece of memory that each use of a device needs: tried in a heap that has none larger."""

import http.client
import json
import threading
import time

import paho.mqtt.client

from .bench_system import Broker, board_library, get, watering
from .browser import Stream

_HEAP_KB = 1024
_SIZES = (12288, 8192, 4096, 2048, 1024, 512, 256)


def run(report):
    """Largest piece of memory that each use of the watering sample needs, once its code is loaded."""
    with board_library() as library, Broker() as broker:
        with watering(library, broker.port, heap_kb=_HEAP_KB) as (port, _, _):
            uses = _uses(port, broker.port)
            for _ in range(3):
                for use in uses.values():
                    use()
            least = dict.fromkeys(uses)
            left = list(uses)
            for size in _SIZES:
                failed = _failing(port, size, {what: uses[what] for what in left})
                for what in left:
                    if what not in failed:
                        least[what] = size
                left = [what for what in left if what not in failed]
    for what, size in least.items():
        report.row(what, size or "more than {:,}".format(_SIZES[0]), "bytes")


def _failing(port, size, uses):
    # The uses that fail in a heap whose holes all have that size.
    failed = []
    for what, use in uses.items():
        _ask(port, "PUT", "/api/gauge/holes", str(size))
        time.sleep(1)
        if not use():
            failed.append(what)
        time.sleep(2)  # then the holes are closed again
    return failed


def _uses(port, broker_port):
    # What is done, by name; each returns whether it went well.
    state = {}
    heard = threading.Event()
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.on_message = lambda *_: heard.set()
    client.connect("127.0.0.1", broker_port)
    client.subscribe("modcore/garden/valves/4")
    client.loop_start()

    def turned(valve):
        state[valve] = not state.get(valve, False)
        return json.dumps(state[valve])

    def command():
        time.sleep(0.1)
        heard.clear()
        client.publish("modcore/garden/valves/4/set", turned(4))
        return heard.wait(2)

    def stream():
        one = Stream(port)
        end = time.monotonic() + 2
        while b"event:" not in one.events and time.monotonic() < end:
            time.sleep(0.01)
        one.close()
        return b"event:" in one.events

    def answers(method, path, status, body=None):
        return lambda: _ask(port, method, path, body() if callable(body) else body) == status

    return {
        "GET of a property": answers("GET", "/api/valves/0", 200),
        "GET of the API": answers("GET", "/api", 200),
        "GET of what is not there": answers("GET", "/nothing", 404),
        "PUT of a property": answers("PUT", "/api/valves/0", 200, lambda: turned(0)),
        "a PUT that is refused": answers("PUT", "/api/valves/0", 400, '"wet"'),
        "a body of 2 KB": answers("PUT", "/api/valves/0", 400, '"' + "w" * 2046 + '"'),
        "a body of 8 KB, the most that is kept": answers("PUT", "/api/valves/0", 400, '"' + "w" * 8190 + '"'),
        "the page": answers("GET", "/", 200),
        "a script of 20 KB": answers("GET", _script(port), 200),
        "an event stream": stream,
        "a command over MQTT, and its event": command,
    }


def _script(port):
    # The dashboard's own, whose name holds a hash.
    import gzip
    import re

    page = gzip.decompress(get(port, "/dashboard/")).decode()
    return re.search(r'src="(/dashboard/app-[^"]+)"', page).group(1)


def _ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
