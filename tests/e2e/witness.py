"""A module that prints what happens on the bus of a device, for tests that read its console."""

WITNESS = '''
import json
from modcore import Module


class Witness(Module):
    """Prints `bus <topic> <value>`."""

    def start(self):
        for filter in ("wlan/+", "softap/+", "ntp/+", "tz/+", "$error/+"):
            self.listen(filter, self.show)

    def show(self, topic, value):
        print("bus", topic, json.dumps(value))
'''
