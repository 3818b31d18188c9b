"""Trials: what the settings of a module were stays on flash until changed ones have led back to the device.

A change may cut the way on which it came. The module goes back when it is not reached in time, and when the device
restarts before that, be it a reset, a crash or a power cut: for that the file `secrets.json.trial` beside config.json
holds both, before the changed ones are saved.

A module that takes part has `proven`: its sections of config.json and secrets.json (None: it has none) that were
good, a tuple.
"""

import os

from .config import sections
from .json_files import exists, load, save, trial_path

RARE = True  # when a configuration changes


def begin(module):
    """Note that settings of `module` are tried that are not those it has proven; call it before they are saved."""
    kernel = module.kernel
    old = getattr(module, "proven", None)
    new = sections(module)
    if old is None or old == new or not exists(kernel.path):
        return
    trials = load(trial_path(kernel))
    trials[module.id] = {"old": list(old), "new": list(new)}
    _write(module, trials)


def end(module):
    """Forget what the settings of `module` were: the present ones are good, or given up."""
    path = trial_path(module.kernel)
    if exists(path) or exists(path + ".tmp"):
        trials = load(path)
        if trials.pop(module.id, None) is not None or not trials:
            _write(module, trials)


def interrupted(module):
    """Return the settings to which to go back, since the device restarted while others were tried; mostly None."""
    trial = load(trial_path(module.kernel)).get(module.id)
    try:
        old, new = trial["old"], trial["new"]
        now = sections(module)
        # Of two files power may have been lost between the one and the other. What is neither was put there since.
        tried = [now[i] in (old[i], new[i]) and isinstance(old[i], (dict, type(None))) for i in range(2)]
    except (TypeError, KeyError, IndexError):
        return None
    return tuple(old) if all(tried) and now != tuple(old) else None


def restore(module, old, reason):
    """Put the settings `old` of `module` back, for good, and say why; whoever calls it has the module take them."""
    kernel = module.kernel
    name = module.section or module.id
    secrets = sections(module)[1] != old[1]
    for whole, section in ((kernel.config, old[0]), (kernel.secrets, old[1])):
        if section is None:
            whole.pop(name, None)
        else:
            whole[name] = section
    module.log.error("the last change of the configuration is undone:", reason)
    kernel.bus.publish("%s/undone" % module.id, str(reason), False, module)
    if not exists(kernel.path):
        return
    try:
        kernel.save()
        if secrets:
            from .secrets import save_secrets

            save_secrets(kernel)
        end(module)
    except OSError as error:
        module.log.error("the configuration can't be saved:", error)


def _write(module, trials):
    path = trial_path(module.kernel)
    try:
        if trials:
            save(path, trials)
            return
        for name in (path + ".tmp", path):
            if exists(name):
                os.remove(name)
    except OSError as error:
        module.log.warning("%s can't be written: %s" % (path, error))
