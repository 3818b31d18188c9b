"""Saving the configuration, with what an author's modules have assigned to theirs."""

import sys

from .config import check, filled, merge
from .json_files import parse
from .json_files import save as write
from .supervision import ConfigError

RARE = True  # needed when something is saved


def save(kernel):
    """Write the configuration to config.json, whole or not at all.

    What a module of one's own has assigned to its `self.config[...]` is saved with it, a key of secrets.json there.
    OSError: it can't be written. ValueError: what was assigned is none that could be read back; all else is saved.

        self.config["limit"] = 60
        self.kernel.save()
    """
    old = _last(kernel.path)
    wrong = []
    secrets = False
    for module in kernel.modules.values():
        # A plugin sees to its section itself, and may use its `config` for what is not to be saved.
        if module.config and "plugins." + module.id not in sys.modules:
            try:
                secrets = _take(kernel, module, old) or secrets
            except ValueError as error:
                wrong.append(error)
    write(kernel.path, kernel.config)
    if secrets:
        from .secrets import save_secrets

        save_secrets(kernel)
    if wrong:
        raise wrong[0]


def _last(path):
    # What was saved before, or None.
    try:
        with open(path) as f:
            found = parse(f.read())
    except (OSError, ValueError, MemoryError):
        return None
    return found if isinstance(found, dict) else None


def _take(kernel, module, old):
    # Put what `module` has assigned to its configuration into the kernel's; True when a secret is among it.
    name = module.section or module.id
    section = kernel.config.get(name, {})
    secret = kernel.secrets.get(name, {})
    before = filled(module.defaults, section, secret)
    hidden = False
    for key in sorted(module.config):
        value = module.config[key]
        if key not in before:
            text = "config: %s: self.config[%r] is not saved: name the key in `defaults` of the class"
            raise ConfigError(text % (module.id, key))
        if value == before[key]:
            continue
        if _changed_there(key, value, section, old and old.get(name, {}), module.defaults):
            module.config[key] = before[key]
            continue
        check(module.id, module.defaults, {key: value}, "secrets" if key in secret else "config")
        plain, own = _split(merge({key: value}, {}), secret)
        if plain:
            kernel.config.setdefault(name, {}).update(plain)
        if own:
            kernel.secrets[name].update(own)
            hidden = True
    return hidden


def _changed_there(key, value, section, old, defaults):
    # Whether the kernel's configuration was changed since it was saved: then that counts.
    if key not in section:
        return False
    if old is None:
        return value == defaults.get(key)
    return isinstance(old, dict) and section.get(key) != old.get(key)


def _split(value, secret):
    # What is public and what is secret of an object: secret is what was so before.
    plain, own = {}, {}
    for key in value:
        if key not in secret:
            plain[key] = value[key]
        elif isinstance(value[key], dict) and isinstance(secret[key], dict):
            part, own[key] = _split(value[key], secret[key])
            if part:
                plain[key] = part
        else:
            own[key] = value[key]
    return plain, own
