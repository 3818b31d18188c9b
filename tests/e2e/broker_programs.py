"""Real brokers besides mosquitto, unpacked into the cache folder: RabbitMQ and NATS (Debian), aedes (npm)."""

import os
import shutil
import subprocess
from pathlib import Path

from host.toolchain import cache, debian, sources
from processes import Mosquitto, Process, listening, tool

_AEDES = "1.2.0"
_ERLANG = "usr/lib/erlang"
_RABBITMQ = """
listeners.tcp = none
mqtt.listeners.tcp.1 = 127.0.0.1:{}
mqtt.allow_anonymous = true
mqtt.default_user = guest
mqtt.default_pass = guest
mqtt.retained_message_store = rabbit_mqtt_retained_msg_store_{}
"""
_AEDES_SCRIPT = """
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
const broker = await Aedes.createBroker()
createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1')
"""
_NATS = """
server_name: node
listen: "127.0.0.1:{}"
jetstream {{ store_dir: "{}", max_memory_store: 64M, max_file_store: 256M }}
mqtt {{ listen: "127.0.0.1:{}", ack_wait: "5s", max_ack_pending: 1000 }}
"""


class _Broker(Process):
    """A broker on a port of its own; `start` returns it when it takes connections."""

    name = ""

    def __init__(self, folder, free_port):
        folder.mkdir()
        super().__init__(folder / "broker.log")
        self.folder, self.port = folder, free_port()
        self.prepare(free_port)

    def prepare(self, free_port):
        """Write what it needs into its folder."""

    def start(self):
        """Start it."""
        try:
            command, options = self.command()
            self.spawn(command, **options)
            self.wait_for(lambda: listening(self.port), self.name)
        except BaseException:
            self.stop()  # what runs beside it, too
            raise
        return self


class RabbitMq(_Broker):
    """RabbitMQ with its MQTT plugin; Erlang's port mapper runs beside it, on a port of its own."""

    name = "rabbitmq"
    _mapper = None

    def prepare(self, free_port):
        """Unpack it, and write its settings."""
        self._root = _unpacked("rabbitmq", "rabbitmq-server")
        self._ports = free_port(), free_port()
        (self.folder / "enabled_plugins").write_text("[rabbitmq_mqtt].")
        (self.folder / "rabbitmq.conf").write_text(_RABBITMQ.format(self.port, "dets"))

    def command(self):
        """Its script; all that it writes goes into the folder."""
        erlang, folder = self._root / _ERLANG, self.folder
        environment = {
            "HOME": folder,
            "PATH": "{}/bin:{}".format(erlang, os.environ["PATH"]),
            "ERL_EPMD_PORT": self._ports[0],
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": self._ports[1],
            "RABBITMQ_NODENAME": "modcore@localhost",
            "RABBITMQ_BASE": folder,
            "RABBITMQ_MNESIA_BASE": folder / "db",
            "RABBITMQ_LOG_BASE": folder / "log",
            "RABBITMQ_CONFIG_FILE": folder / "rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "enabled_plugins",
            "RABBITMQ_CONF_ENV_FILE": folder / "none",
            "RABBITMQ_GENERATED_CONFIG_DIR": folder / "generated",
            "RABBITMQ_ADVANCED_CONFIG_FILE": folder / "advanced",
        }
        environment = dict(os.environ, **{key: str(value) for key, value in environment.items()})
        if not self._mapper:
            self._mapper = Process(folder / "epmd.log")
            mapper = next(erlang.glob("erts-*/bin/epmd"))
            self._mapper.spawn([mapper, "-port", self._ports[0], "-relaxed_command_check"], env=environment)
            self._mapper.wait_for(lambda: listening(self._ports[0]), "epmd")
        script = next(self._root.glob("usr/lib/rabbitmq/lib/*/sbin/rabbitmq-server"))
        return ["sh", script], {"env": environment}

    def stop(self, seconds=5):
        """End it, and the port mapper with it."""
        status = self.kill()
        if self._mapper:
            self._mapper.stop()
        self._mapper = None
        return status


class Aedes(_Broker):
    """aedes on node, all in memory."""

    name = "aedes"

    def prepare(self, free_port):
        """Have npm fetch it."""
        self._home = Path(cache.path("aedes-" + _AEDES))
        if not (self._home / "node_modules" / "aedes").is_dir():
            for program in ("node", "npm"):
                assert shutil.which(program), "aedes needs {}".format(program)
            with cache.locked(), cache.staged(self._home.name) as stage:
                words = ["npm", "install", "--no-audit", "--no-fund", "--silent", "aedes@" + _AEDES]
                subprocess.run(words, cwd=stage, check=True)
        script = self._home / "broker.mjs"
        script.write_text(_AEDES_SCRIPT)

    def command(self):
        """The script above, in node."""
        return ["node", self._home / "broker.mjs", self.port], {}


class Nats(_Broker):
    """One NATS server, MQTT on JetStream."""

    name = "nats"

    def prepare(self, free_port):
        """Write its settings."""
        text = _NATS.format(free_port(), self.folder / "store", self.port)
        (self.folder / "nats.conf").write_text(text)

    def command(self):
        """The server with its settings."""
        return [tool("nats-server"), "-c", self.folder / "nats.conf"], {}


def start(name, folder, free_port):
    """Start the broker `name` with its files in `folder`, which is made."""
    if name == "mosquitto":
        folder.mkdir()
        return Mosquitto(folder, free_port()).start()
    kinds = {kind.name: kind for kind in (RabbitMq, Aedes, Nats)}
    return kinds[name](folder, free_port).start()


def _unpacked(name, package):
    # Debian's package of the machine's own suite, whose programs run on the machine's own C library.
    root = Path(cache.path("root", name))
    if root.is_dir():
        return root
    with cache.locked(), cache.staged("root", name) as stage:
        apt = debian.Apt(sources.codename(), sources.own(), debian.architecture())
        apt.unpack([package], stage, without=("libc6", "libc-bin"))
        script = Path(stage) / _ERLANG / "bin" / "erl"
        place = "ROOTDIR={}".format(root / _ERLANG)
        script.write_text(script.read_text().replace("ROOTDIR=/" + _ERLANG, place))
    return root
