"""Errors that say all there is to say."""


class ConfigError(ValueError):
    """A configuration with which a module can't run. It is told in one line, and the module is not tried again."""

    lasting = True  # for supervision
