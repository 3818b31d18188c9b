"""A module for devices under test that prints what happens on their bus."""

import json

_MODULE = '''
import json
from modcore import Module


class Witness(Module):
    """Prints `bus <topic> <value>` for its filters, and `heap <bytes>` at each `test/heap`."""

    def start(self):
        for filter in %r:
            self.listen(filter, self.show)
        self.listen("test/heap", self.heap)

    def show(self, topic, value):
        print("bus", topic, json.dumps(value))

    def heap(self, topic, value):
        import gc

        gc.collect()
        gc.collect()
        print("heap", gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0)
'''


def witness(*filters):
    """Return the source of a module `witness` that prints what these filters match, and all errors."""
    return _MODULE % (tuple(filters) + ("$error/+",),)


def seen(board, topic):
    """Return the values of a topic that the witness has printed so far."""
    start = "bus {} ".format(topic)
    lines = board.text.split("\n")[:-1]  # the last one may not be whole
    return [json.loads(line[len(start) :]) for line in lines if line.startswith(start)]
