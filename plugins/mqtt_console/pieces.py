"""Files that come in pieces over MQTT, in the place of plugins.packages.Download."""

import json

from modcore.ticks import const, ticks_diff, ticks_ms
from plugins.packages import InstallError

_NAP_MS = const(10)
_PATIENCE_MS = const(5000)
_TRIES = const(3)
_HEAD = const(200)  # bytes that a packet has beside the piece
_LONGEST = const(1024)


class Pieces:
    """Asks for one piece after the other on `console/want`; they come on `console/piece`.

    want: `{"n": 12, "path": "file/ab/abcdef12", "at": 1024, "size": 1024}`. piece: a line with `n`, `at` and the size
    of the file, -1 where there is none; after it the bytes. Whether they are the right ones is told by the hash that
    stands in the registry. Used as plugins.packages.Download is.
    """

    index = "mqtt://pieces"

    def __init__(self, module):
        self._module = module
        self._number = 0
        self._piece = None
        self._size = min(_LONGEST, module.bridge.config["max_packet"] - _HEAD)
        module.bridge.subscribe(module.topic("piece"), self.on_piece)

    def on_piece(self, topic, payload):
        """Take a piece, if it is the one that was asked for last."""
        end = payload.find(b"\n")
        try:
            number, at, total = [int(word) for word in payload[:end].split()]
        except ValueError:
            return
        if number == self._number:
            self._piece = (at, total, payload[end + 1 :])

    def get(self, url, sink, limit=None):
        """Generator: call `sink(bytes)` for each piece of the file at `url`; returns its size. See Download.get."""
        path = url[len(self.index) + 1 :]
        at = 0
        while True:
            total, data = yield from self._ask(path, at)
            if total < 0:
                raise InstallError("%s: the sender has no such file" % path)
            if limit is not None and total > limit:
                raise InstallError("%s: %d bytes, takes %d" % (path, total, limit))
            sink(data)
            at += len(data)
            if at >= total:
                return at
            if not data:
                raise InstallError("%s: ended after %d of %d bytes" % (path, at, total))

    def _ask(self, path, at):
        bridge = self._module.bridge
        for _ in range(_TRIES):
            self._number += 1
            self._piece = None
            want = {"n": self._number, "path": path, "at": at, "size": self._size}
            bridge.publish(self._module.topic("want"), json.dumps(want))
            begin = ticks_ms()
            while ticks_diff(ticks_ms(), begin) < _PATIENCE_MS:
                if self._piece and self._piece[0] == at:
                    return self._piece[1:]
                yield _NAP_MS
        raise InstallError("%s: nobody sends it" % path)

    def close(self):
        """Nothing is open between two files."""

    def end(self):
        """Take no more pieces."""
        self._module.bridge.unsubscribe(self._module.topic("piece"), self.on_piece)
