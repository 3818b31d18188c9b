"""The watering sample on a board, as tests of it need it: what it is set up with, and requests to it."""

import contextlib
import json
from pathlib import Path

import httpx
import plain_http

from processes import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = "modcore/garden/"
PINS = [4, 27, 16, 17, 18, 19, 21, 22]
_CONFIG = json.loads((ROOT / "samples/watering/config.json").read_text(encoding="utf-8"))
PLUGINS, VALVES = _CONFIG["plugins"], _CONFIG["valves"]
# On 32 bit, as `make run` has it: the complete application takes about half of it at rest.
HEAP = "320K"


def api(board, path):
    """Return the JSON value at `path`, None when there is no answer."""
    with contextlib.suppress(httpx.HTTPError):
        answer = plain_http.get(board.url + path, timeout=10)
        return answer.json() if answer.status_code == 200 else None


def answers(board, path):
    """Wait until the JSON value at `path` is there, and not false."""
    eventually(lambda: api(board, path), "{} of the board".format(path))


def put(board, path, content):
    """PUT `content` (str or bytes) and return the answer."""
    return plain_http.put(board.url + path, content=content, timeout=15)


def levels(board):
    """Return the levels of the valves' pins."""
    pins = board.pins()
    return [pins.get(number) for number in PINS]
