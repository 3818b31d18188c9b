"""broker-rules: who may do what on a broker, so that a device reaches its own topics and no others."""

from .show import Fail


def mosquitto(names, prefix, discovery, home_assistant=None, admin=None):
    """Rules for mosquitto's acl_file (mosquitto.conf(5)).

    names: of devices, which are their user names, too. prefix: what their topics begin with. discovery: Home
    Assistant's discovery prefix. home_assistant, admin: user names, or None. Fail: a name can't be one.
    """
    lines = ["# Made by `modcore broker-rules`."]
    for name in names:
        lines += ["", "user " + name]
        lines += ["topic readwrite " + topic for topic in _of_device(name, prefix, discovery)]
        lines.append("topic read {}/status".format(discovery))
    if home_assistant:
        lines += [
            "",
            "user " + home_assistant,
            "topic readwrite {}/#".format(discovery),
            "topic read {}/#".format(prefix),
            "topic deny {}/+/console/#".format(prefix),  # log and prompt are the administrator's
            "topic write {}/+/+/+/set".format(prefix),
        ]
    if admin:
        lines += [
            "",
            "user " + admin,
            "topic readwrite {}/#".format(prefix),
            "topic readwrite {}/#".format(discovery),
        ]
    return "\n".join(lines) + "\n"


def nats(names, prefix, discovery, home_assistant=None, admin=None):
    """The section `authorization` for a NATS server that speaks MQTT; arguments as of `mosquitto`.

    Passwords come from variables of the server's environment, PASSWORD_<name>.
    Source: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization
    """
    users = []
    for name in names:
        own = _of_device(name, prefix, discovery)
        users.append(_nats_user(name, own, [*own, discovery + "/status"]))
    if home_assistant:
        console = ["{}/+/console/#".format(prefix)]  # log and prompt are the administrator's
        commands = ["{}/+/+/+/set".format(prefix), discovery + "/#"]
        states = ["{}/+/+".format(prefix), "{}/+/+/+".format(prefix), discovery + "/#"]
        users.append(_nats_user(home_assistant, commands, states, console))
    if admin:
        every = [prefix + "/#", discovery + "/#"]
        users.append(_nats_user(admin, every, every))
    text = "# Made by `modcore broker-rules`.\nauthorization {{\n  users = [\n{}\n  ]\n}}\n"
    return text.format("\n".join(users))


BROKERS = {"mosquitto": mosquitto, "nats": nats}


def _nats_user(name, publish, subscribe, deny=()):
    # What has QoS 1 comes by way of the server's subjects `$MQTT.sub.…`, which no client may ask for by name.
    lines = "    {{user: {0}, password: $PASSWORD_{0}, permissions: {{\n".format(name)
    for verb, topics, more in (("publish", publish, ""), ("subscribe", subscribe, ', "$MQTT.sub.>"')):
        lines += "      {}: {{allow: [{}{}], deny: [{}]}}\n".format(
            verb, _subjects(topics), more, _subjects(deny)
        )
    return lines + "    }}"


def _subjects(topics):
    # MQTT's `a/#` means `a`, too, NATS's `a.>` does not.
    found = []
    for topic in topics:
        subject = topic.replace("/", ".").replace("+", "*")
        found += [subject[:-2], subject[:-1] + ">"] if subject.endswith(".#") else [subject]
    return ", ".join('"{}"'.format(subject) for subject in found)


def _of_device(name, prefix, discovery):
    # The topics that are a device's own; Fail: it can't have that name.
    if not name or set(name) & set("+#/.\n\r "):
        raise Fail("{!r}: takes the name of a device, without / + # . and spaces".format(name))
    base = "{}/{}".format(prefix, name)
    return (
        base + "/#",
        # Its announcements, and a look at what there is of them from earlier days.
        "{}/+/{}/+/config".format(discovery, identifier(base)),
        "homie/5/{}/#".format(homie_id(name)),
    )


def identifier(text):
    """The id of a device in Home Assistant, as the plugin homeassistant makes it of its base topic."""
    from plugins.homeassistant.components import identifier

    return identifier(text)


def homie_id(name):
    """The id of a device in Homie, as the plugin homie makes it of its name."""
    from plugins.homie.identifiers import device_id

    return device_id(name)
