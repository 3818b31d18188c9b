"""Networks and their passwords in the files of the device: added, forgotten, and taken over."""

from modcore.secrets import save_secrets

from .networks import KEYS, known, wrong

RARE = True  # needed for commands


_MOST = 32  # networks that a device knows


def add(kernel, id, value, save=None):
    """Put a network into the configuration and its password into the secrets, and save both.

    value: {"ssid"}, and where wanted "password", "hidden", "ifconfig". ValueError: it can't be one.
    save: a function of the kernel, in place of saving both at once.
    OSError: it can't be saved; the device knows it until it restarts.
    """
    if not isinstance(value, dict) or "ssid" not in value or any([key not in KEYS for key in value]):
        raise ValueError('takes {"ssid": "name", "password": "…", "hidden": false}')
    ssid = value["ssid"]
    password = value.get("password")
    if password is None:
        password = ""
    entry = {key: value[key] for key in ("ssid", "hidden", "ifconfig") if value.get(key)}
    troubles = known({"networks": [entry], "passwords": {ssid: password}})[1] if isinstance(ssid, str) else ()
    reason = wrong(ssid, password) or troubles and troubles[0]
    if reason:
        raise ValueError(reason)
    for sections in (kernel.config, kernel.secrets):
        if not isinstance(sections.get(id, {}), dict):  # nothing that wlan would start with
            del sections[id]
    have = kernel.secrets.get(id, {}).get("networks", kernel.config.get(id, {}).get("networks", ()))
    if len(have) >= _MOST and not _is_among(have, ssid):
        raise ValueError("%d networks are known: forget one first" % _MOST)
    entry = entry if len(entry) > 1 else ssid
    _replace(kernel, id, ssid, entry)
    kernel.secrets.setdefault(id, {}).setdefault("passwords", {})[ssid] = password
    (save or _save)(kernel)


def _save(kernel):
    save_secrets(kernel)  # first: a password without a network does no harm
    kernel.save()


def _is_among(networks, ssid):
    return ssid in [_name(entry) for entry in networks]


def _name(entry):
    return entry.get("ssid") if isinstance(entry, dict) else entry


def forget(kernel, id, ssid, save=None):
    """Take a network out of configuration and secrets, and save both; see `add`. OSError: it can't be saved."""
    _replace(kernel, id, ssid, None)
    for sections in (kernel.config, kernel.secrets):
        sections.get(id, {}).get("passwords", {}).pop(ssid, None)
    (save or _save)(kernel)


def take_over(config, section, secret):
    """Put the networks and passwords of a section and its secrets into a module's `config`."""
    config["networks"] = secret.get("networks", section.get("networks", []))
    config["passwords"] = dict(section.get("passwords", {}))
    config["passwords"].update(secret.get("passwords", {}))


def _replace(kernel, id, ssid, new):
    """Put `new` (None: nothing) in place of `ssid` into the lists of networks."""
    secret = kernel.secrets.get(id, {})
    section = kernel.config.setdefault(id, {})
    # A list in the secrets hides the one in the configuration: then it has to have the new one.
    for at in (section, secret):
        if at is section or "networks" in at:
            at["networks"] = [entry for entry in at.get("networks", ()) if _name(entry) != ssid]
    if new is not None:
        (secret if "networks" in secret else section)["networks"].append(new)
