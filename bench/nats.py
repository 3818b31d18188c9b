"""A cluster of NATS servers on this machine, which speak MQTT 3.1.1 on JetStream."""

import subprocess
import time
from pathlib import Path

import paho.mqtt.client as paho

from host import toolchain

from .http_load import free_port

_PATIENCE_S = 120

_SETTINGS = """
server_name: node{index}
listen: "127.0.0.1:{client}"
jetstream {{ store_dir: "{folder}/node{index}", max_memory_store: 64M, max_file_store: 256M }}
mqtt {{ listen: "127.0.0.1:{mqtt}", ack_wait: "5s", max_ack_pending: 1000, stream_replicas: {replicas} }}
{more}
"""
_CLUSTER = """
cluster {{ name: house, listen: "127.0.0.1:{route}", routes: [{routes}] }}
"""


class Cluster:
    """Nodes that keep sessions, messages of QoS 1 and what is retained on all of them.

    more: further settings, such as `modcore broker-rules` prints. user, password: of one who may connect.

        with Cluster(folder) as cluster:
            paho_client.connect("127.0.0.1", cluster.ports[0])
            cluster.kill(2)
    """

    def __init__(self, folder, size=3, more="", user=None, password=None):
        self.ports = [free_port() for _ in range(size)]  # of MQTT
        self._folder = Path(folder)
        self._login = user, password
        self._nodes = [None] * size
        routes = [free_port() for _ in range(size)]
        for index in range(size):
            text = _SETTINGS.format(
                index=index,
                folder=folder,
                client=free_port(),
                mqtt=self.ports[index],
                replicas=size,
                more=more,
            )
            if size > 1:
                others = ", ".join('"nats://127.0.0.1:{}"'.format(port) for port in routes)
                text += _CLUSTER.format(route=routes[index], routes=others)
            self._settings(index).write_text(text)

    def __enter__(self):
        for index in range(len(self.ports)):
            self.start(index)
        for index in range(len(self.ports)):
            self.wait(index)
        return self

    def __exit__(self, *error):
        for index, node in enumerate(self._nodes):
            if node:
                self.kill(index)

    def start(self, index):
        """Start a node, which takes what it missed from the others."""
        with open(str(self._folder / "node{}.log".format(index)), "ab") as log:
            command = [toolchain.tool("nats-server"), "-c", str(self._settings(index))]
            self._nodes[index] = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self, index):
        """End a node as a power cut would."""
        self._nodes[index].kill()
        self._nodes[index].wait()

    def pid(self, index):
        """The process id of a node."""
        return self._nodes[index].pid

    def wait(self, index):
        """Wait until a node accepts clients: until then the nodes look for one that leads them."""
        end = time.monotonic() + _PATIENCE_S
        while not self._accepts(self.ports[index]):
            if time.monotonic() > end:
                raise RuntimeError("node {} does not come up".format(index))
            time.sleep(0.2)

    def _accepts(self, port):
        answers = []
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        if self._login[0]:
            client.username_pw_set(*self._login)
        client.on_connect = lambda client, data, flags, reason, properties: answers.append(reason)
        try:
            client.connect("127.0.0.1", port)
            end = time.monotonic() + 5
            while not answers and client.loop(0.2) == paho.MQTT_ERR_SUCCESS and time.monotonic() < end:
                pass
            client.disconnect()
        except OSError:
            return False
        return bool(answers) and not answers[0].is_failure

    def _settings(self, index):
        return self._folder / "node{}.conf".format(index)
