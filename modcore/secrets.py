"""secrets.json: single secrets put in, and saved."""

from .json_files import save

RARE = True  # needed when somebody sets a password


def keep_secret(kernel, section, key, value):
    """Put `value` into a section of the secrets and save them; None: there is to be none, on purpose.

    Who does that all the time wears the flash no more than once a minute: see saver.py.

    OSError: it can't be saved, and holds until the restart.

        keep_secret(self.kernel, "webrepl", "password", "12345678")
    """
    found = kernel.secrets.get(section)
    # Another object: the one that was may be wanted back, see trial.py.
    found = kernel.secrets[section] = dict(found) if isinstance(found, dict) else {}
    found[key] = value
    module = kernel.modules.get(section)
    if module and key in module.config:
        module.config[key] = value
    from .saver import saver_of

    saver_of(kernel).ask(False, True)


def save_secrets(kernel):
    """Save the secrets as they are, beside config.json. OSError: they can't be."""
    save(kernel.path[: kernel.path.rfind("/") + 1] + "secrets.json", kernel.secrets)


def rescue(path, tell, there):
    """Return the secrets of a device whose file `path` holds none, and whether there were some that nobody can read.

    there: whether there was such a file before it was read; a broken one has been set aside since.
    """
    from .json_files import GOOD, exists, load_good, read

    if there and read(path) is not None:
        return {}, False  # it says that there are none
    hidden = {}
    broken = there
    if not there:
        hidden = load_good(path)
        broken = not hidden and exists(path + ".bad")
        if hidden:
            tell("%s is missing: using the last good copy, %s%s" % (path, path, GOOD))
    if broken:
        tell("%s can't be read: what its passwords guard stays closed" % path)
    return hidden, broken
