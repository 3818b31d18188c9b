"""People who may administer the device: users and tokens in secrets.json, and the code of the first visit."""

import os

from .access import has_admin

RARE = True  # only while somebody administers the device


def announce(admin):
    """Print the code with which the first visitor sets the administrator's password, while there is none."""
    if has_admin(admin.kernel):
        admin.code = None
        return
    number = int.from_bytes(os.urandom(4), "big") % 100000000
    admin.code = "%04d-%04d" % (number // 10000, number % 10000)
    # Not into the log: that may be sent elsewhere.
    print("dashboard: no administrator yet; the code for the first visit is %s" % admin.code)


def store(kernel, key, name, entry):
    """Keep a user or token (None: forget it) in secrets.json, whole or not at all. HttpError 507."""
    from modcore.json_files import save

    old = kernel.secrets.get("http")
    section = dict(old or {})
    section[key] = dict(section.get(key) or {})
    section[key].pop(name, None)
    if entry is not None:
        section[key][name] = entry
    kernel.secrets["http"] = section
    given = kernel.config.get("http", {}).get(key) or {}
    former = given.pop(name, None)  # a user that the configuration has, too, would come back
    try:
        save(path(kernel), kernel.secrets)
        if former is not None:
            kernel.save()
    except OSError as error:
        kernel.secrets["http"] = old or {}
        if former is not None:
            given[name] = former
        from .dispatch import not_saved

        raise not_saved(error)


def path(kernel):
    """Return where secrets.json is."""
    place = getattr(kernel, "path", "config.json")
    return place[: place.rfind("/") + 1] + "secrets.json"


def hashed(text, hash_ms=300):
    """A generator that returns what is kept of a password."""
    from plugins.http_auth.password import hash_password, rounds_for

    return (yield from hash_password(text, rounds_for(hash_ms)))


def wrong_password(text):
    """Say why a password can't be one, or None."""
    if not isinstance(text, str) or len(text) < 8:
        return "password: takes at least 8 characters"
    if len(text) > 128:
        return "password: takes at most 128 characters"
    return None


def wrong_name(name):
    """Say why a user can't be called so, or None."""
    if (
        not isinstance(name, str)
        or not 1 <= len(name) <= 32
        or min(name) <= " "
        or any([c in name for c in "/:\\\"'<>"])
    ):
        return "name: takes 1 to 32 characters without blanks"
    return None


def apply(admin, site):
    """Have a running site know the users and tokens as they are now; sessions stay."""
    from .access import entries
    from .dispatch import make_room

    make_room(admin)  # what wrote the files is not needed any more
    from plugins.http_auth.protection import protect

    kernel = admin.kernel
    section = {}
    for sections in (kernel.config, kernel.secrets):
        section.update(sections.get("http", {}))
    section["users"] = entries(kernel)
    section["tokens"] = entries(kernel, "tokens")
    old = site.sessions
    protect(site, section)
    if old is not None:
        # The same browsers are logged in as before.
        site.filters[site.filters.index(site.sessions)] = old
        site.sessions = old
        site.session = old.of
    make_room(admin)
