"""broker-rules: who may do what on a broker, so that a device reaches its own topics and no others."""

from .show import Fail


def mosquitto(names, prefix, discovery, home_assistant=None, admin=None):
    """Rules for mosquitto's acl_file (mosquitto.conf(5)).

    names: of devices, which are their user names, too. prefix: what their topics begin with. discovery: Home
    Assistant's discovery prefix. home_assistant, admin: user names, or None. Fail: a name can't be one.
    """
    lines = ["# Made by `modcore broker-rules`."]
    for name in names:
        base = "{}/{}".format(prefix, name)
        if not name or set(name) & set("+#/\n\r "):
            raise Fail("{!r}: takes the name of a device, without / + # and spaces".format(name))
        node = identifier(base)
        lines += [
            "",
            "user " + name,
            "topic readwrite {}/#".format(base),
            # Its announcements, and a look at what there is of them from earlier days.
            "topic readwrite {}/+/{}/+/config".format(discovery, node),
            "topic readwrite {}/device/{}/config".format(discovery, node),
            "topic read {}/status".format(discovery),
            "topic readwrite homie/5/{}/#".format(homie_id(name)),
        ]
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


def identifier(text):
    """The id of a device in Home Assistant, as the plugin homeassistant makes it of its base topic."""
    from plugins.homeassistant.components import identifier

    return identifier(text)


def homie_id(name):
    """The id of a device in Homie, as the plugin homie makes it of its name."""
    from plugins.homie.identifiers import device_id

    return device_id(name)
