"""secrets.json: single secrets put in, and saved."""

from .json_files import save

RARE = True  # needed when somebody sets a password


def keep_secret(kernel, section, key, value):
    """Put `value` into a section of the secrets and save them; None: there is to be none, on purpose.

    OSError: it can't be saved, and holds until the restart.

        keep_secret(self.kernel, "webrepl", "password", "12345678")
    """
    found = kernel.secrets.get(section)
    if not isinstance(found, dict):
        found = kernel.secrets[section] = {}
    found[key] = value
    module = kernel.modules.get(section)
    if module and key in module.config:
        module.config[key] = value
    save_secrets(kernel)


def save_secrets(kernel):
    """Save the secrets as they are, beside config.json. OSError: they can't be."""
    save(kernel.path[: kernel.path.rfind("/") + 1] + "secrets.json", kernel.secrets)
