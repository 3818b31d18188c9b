"""Commands about devices that run: their properties, their logs, their plugins."""

from typing import Annotated, List, Optional

import typer

from .root import DASHES, DEVICE, DEVICES, INDEX, JSON, JSON_LINES, TOKEN, app, plugin_names, topics
from .show import Fail


@app.command(epilog="Example: modcore search time")
def search(
    word: Annotated[str, typer.Argument(help="A part of a name or a description; nothing: all.")] = "",
    index: Annotated[Optional[str], INDEX] = None,
    json: Annotated[bool, JSON] = False,
):
    """List the plugins that there are."""
    from .packages import search

    search(word, index, json)


@app.command(epilog="Example: modcore install mqtt --device /dev/ttyACM0")
def install(
    plugins: Annotated[List[str], typer.Argument(help="Names of plugins.", autocompletion=plugin_names)],
    device: Annotated[Optional[str], DEVICE] = None,
    index: Annotated[Optional[str], INDEX] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    start: Annotated[
        bool, typer.Option(help="Name them in the device's config.json, so that they run.")
    ] = True,
    wait: Annotated[
        bool, typer.Option(help="Over the network: until a new version has proved itself.")
    ] = True,
    json: Annotated[bool, JSON] = False,
):
    """Install plugins on a device, with all that they require."""
    from .packages import install

    install(plugins, device, index, token, start, wait, json)


@app.command(epilog="Example: modcore update mqtt --device http://garden.local")
def update(
    plugins: Annotated[
        Optional[List[str]], typer.Argument(help="Names; all without any.", autocompletion=plugin_names)
    ] = None,
    device: Annotated[Optional[str], DEVICE] = None,
    index: Annotated[Optional[str], INDEX] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    wait: Annotated[
        bool, typer.Option(help="Over the network: until a new version has proved itself.")
    ] = True,
    json: Annotated[bool, JSON] = False,
):
    """Bring plugins on a device to their newest version."""
    from .packages import update

    update(plugins or [], device, index, token, wait, json)


@app.command(epilog="Example: modcore remove mqtt")
def remove(
    plugins: Annotated[List[str], typer.Argument(help="Names of plugins.", autocompletion=plugin_names)],
    device: Annotated[Optional[str], DEVICE] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    json: Annotated[bool, JSON] = False,
):
    """Remove plugins from a device."""
    from .packages import remove

    remove(plugins, device, token, json)


@app.command("list", epilog="Example: modcore list --json")
def show_list(
    device: Annotated[Optional[str], DEVICE] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    json: Annotated[bool, JSON] = False,
):
    """List what is installed on a device."""
    from .packages import show_list

    show_list(device, token, json)


@app.command(epilog="Example: modcore monitor 'valves/#'")
def monitor(
    filters: Annotated[
        Optional[List[str]], typer.Argument(help="Topics, with + and # as in MQTT; all without.")
    ] = None,
    device: Annotated[Optional[str], DEVICE] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    count: Annotated[Optional[int], typer.Option(help="End after so many events.")] = None,
    seconds: Annotated[
        Optional[float], typer.Option(help="End after so many seconds without an event.")
    ] = None,
    json: Annotated[bool, JSON_LINES] = False,
):
    """Show what a device publishes, as it comes."""
    from .live import monitor

    monitor(filters or [], device, token, count, seconds, json)


@app.command(epilog="Example: modcore get valves/0")
def get(
    topic: Annotated[str, typer.Argument(help="A property; all without.", autocompletion=topics)] = "",
    device: Annotated[Optional[str], DEVICE] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    json: Annotated[bool, JSON] = False,
):
    """Show the value of a property, or all of them."""
    from .live import get

    get(topic, device, token, json)


@app.command("set", context_settings=DASHES, epilog="Example: modcore set valves/0 true")
def set_value(
    topic: Annotated[str, typer.Argument(help="A property.", autocompletion=topics)],
    value: Annotated[str, typer.Argument(help="JSON, or a plain word.")],
    device: Annotated[Optional[str], DEVICE] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    json: Annotated[bool, JSON] = False,
):
    """Give a property a value."""
    from .live import set_value

    set_value(topic, value, device, token, json)


@app.command(epilog="Example: modcore devices --broker mqtt://192.168.1.2; modcore devices update mqtt")
def devices(
    action: Annotated[
        Optional[str], typer.Argument(help="update: bring a plugin forward on all of them.")
    ] = None,
    plugin: Annotated[Optional[str], typer.Argument(help="Which one.", autocompletion=plugin_names)] = None,
    broker: Annotated[
        Optional[str], typer.Option(envvar="MODCORE_BROKER", help="mqtt://[user:password@]host")
    ] = None,
    prefix: Annotated[str, typer.Option(help="The topic that they are below.")] = "modcore",
    wave: Annotated[
        int, typer.Option(help="How many are updated at the same time, after a first one alone.")
    ] = 5,
    json: Annotated[bool, JSON] = False,
):
    """List all devices on a broker with version, address and state, or update a plugin on all of them."""
    from .devices import devices, update

    if action is None:
        devices(broker, prefix, json)
    elif action == "update" and plugin:
        update(broker, prefix, plugin, wave, json)
    else:
        raise Fail("devices takes nothing, or: update PLUGIN")


@app.command("broker-rules", epilog="Example: modcore broker-rules garden barn --home-assistant hass > acl")
def broker_rules(
    names: Annotated[List[str], typer.Argument(help="Devices; each one's name is its user name, too.")],
    prefix: Annotated[str, typer.Option(help="The topic that they are below.")] = "modcore",
    discovery: Annotated[str, typer.Option(help="Home Assistant's discovery prefix.")] = "homeassistant",
    home_assistant: Annotated[Optional[str], typer.Option(help="The user name of Home Assistant.")] = None,
    admin: Annotated[Optional[str], typer.Option(help="A user who may see and command everything.")] = None,
    broker: Annotated[str, typer.Option(help="mosquitto or nats.")] = "mosquitto",
):
    """Print access rules for mosquitto (acl_file) or NATS: each device reaches its own topics, and no others."""
    from .broker_rules import BROKERS
    from .show import Fail

    if broker not in BROKERS:
        raise Fail("--broker {!r}: takes {}".format(broker, " or ".join(BROKERS)))
    print(BROKERS[broker](names, prefix, discovery, home_assistant, admin), end="")


@app.command(epilog="Example: modcore logs --follow --level warning")
def logs(
    device: Annotated[Optional[List[str]], DEVICES] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")
    ] = False,
    level: Annotated[
        Optional[str], typer.Option(help="debug, info, warning, error or critical: from that on.")
    ] = None,
    module: Annotated[Optional[str], typer.Option(help="Only what this module logs.")] = None,
    token: Annotated[Optional[str], TOKEN] = None,
    json: Annotated[bool, JSON_LINES] = False,
):
    """Show what devices have logged: with `log` and a web server, or with `mqtt_console` over a broker."""
    from .logs import logs

    logs(device or [], follow, level, module, token, json)
