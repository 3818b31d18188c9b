"""Names and versions of plugins, and the error that says why one is not installed."""

_NAME = "abcdefghijklmnopqrstuvwxyz0123456789_"


class InstallError(Exception):
    """Something is not installed, updated or removed; the text says why, and what was there works on."""


def parse(version):
    """A version as something to compare: parse("1.10.0") > parse("1.9.2-beta") is True.

    InstallError: it is not a semantic version. Source: semver.org 2.0.0, sections 2, 9 to 11.
    """
    try:
        core, _, before = version.partition("+")[0].partition("-")
        numbers = tuple([_number(part) for part in core.split(".")])
        if len(numbers) != 3 or version.partition("+")[0][-1:] == "-":
            raise ValueError
        # A release is higher than what came before it; numbers are lower than words.
        parts = [
            (0, int(part), "") if part.isdigit() else (1, 0, part) for part in before.split(".") if before
        ]
        if (1, 0, "") in parts:
            raise ValueError
        return numbers + (0 if before else 1, tuple(parts))
    except (ValueError, AttributeError):
        raise InstallError("%r is not a version such as 1.2.3" % (version,))


def _number(text):
    if not text.isdigit() or len(text) > 1 and text[0] == "0":
        raise ValueError
    return int(text)


def satisfies(have, need):
    """Tell whether version `have` can stand for `need`: not older, and without a change that breaks what worked.

    satisfies("1.4.0", "1.2.0")     # True; "2.0.0" and "1.1.9" are not
    """
    have = parse(have)
    need = parse(need)
    return have >= need and have[0] == need[0] and (have[0] > 0 or have[1] == need[1])


def check_name(name):
    """Raise InstallError unless `name` can be a plugin's."""
    if not isinstance(name, str) or not 0 < len(name) <= 32 or not "a" <= name[0] <= "z":
        raise InstallError("%r is not the name of a plugin" % (name,))
    for c in name:
        if c not in _NAME:
            raise InstallError("%r is not the name of a plugin" % (name,))


def split_name(text):
    """(name, version or None) of `mqtt` or `mqtt@1.2.0`. InstallError: no plugin can be called so.

    split_name("mqtt@1.2.0")     # ("mqtt", "1.2.0")
    """
    if not isinstance(text, str) or "@" not in text:
        check_name(text)
        return text, None
    name, _, version = text.partition("@")
    check_name(name)
    parse(version)
    return name, version
