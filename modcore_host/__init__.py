"""The part of modcore that runs on a PC, under the name that it has where pip has installed it; here it is host/."""

__path__ = (
    [__path__[0][: -len("modcore_host")] + "host"] if isinstance(__path__, list) else __path__[:-12] + "host"
)
