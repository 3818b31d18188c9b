"""Sources of this machine's packages: its own apt settings, read and never written."""

import glob
import os

from .cache import NotAvailable

APT = "/etc/apt"
OS_RELEASE = "/etc/os-release"

# Debian suites to look in after the machine's own one, the calmest first.
SUITES = ("trixie", "forky", "sid")
KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")


def own():
    """Return the machine's own distribution as stanzas, without what third parties have added to apt.

    A stanza is a dict of the fields of a `.sources` file: URIs, Suites, Components, Signed-By …
    Raises NotAvailable where there is none: no apt, or nothing from the distribution in its settings.
    """
    name = codename()
    stanzas = []
    for stanza in _machine():
        suites = [suite for suite in stanza.get("Suites", "").split() if _belongs(suite, name)]
        if "deb" in stanza.get("Types", "").split() and suites:
            fields = {
                key: stanza[key] for key in ("URIs", "Components", "Signed-By", "Trusted") if key in stanza
            }
            stanzas.append(dict(fields, Types="deb", Suites=" ".join(suites)))
    if not stanzas:
        raise NotAvailable("no '{}' in the settings of apt in {}; install it by hand".format(name, APT))
    return stanzas


def candidates():
    """Return [(suite name, stanzas)] to look for a package in, the machine's own suite first."""
    found = [(codename(), own())]
    if _release().get("ID") == "debian":
        base = next((s for s in found[0][1] if not _updates(s["Suites"])), found[0][1][0])
        for suite in SUITES:
            if suite != codename():
                found.append((suite, [_foreign(base, suite)]))
    return found


def stanza(suite):
    """Return the stanza of a suite of Debian's archive, at the mirror of this machine. Raises NotAvailable."""
    if _release().get("ID") != "debian":
        raise NotAvailable("only Debian's archive has a suite {}".format(suite))
    return next(stanzas[0] for name, stanzas in candidates() if name == suite)


def fallbacks(stanzas):
    """Return the ways to try a suite: with its updates, and without where their mirror is out of step."""
    plain = []
    for stanza in stanzas:
        suites = [suite for suite in stanza["Suites"].split() if "-" not in suite]
        if suites:
            plain.append(dict(stanza, Suites=" ".join(suites)))
    return [stanzas, plain] if plain and plain != stanzas else [stanzas]


def text(stanzas):
    """Return stanzas as the text of a `.sources` file."""
    return "\n".join("".join("{}: {}\n".format(*item) for item in stanza.items()) for stanza in stanzas)


def codename():
    """Return the name of the machine's own suite (str): bookworm, noble, …"""
    release = _release()
    name = release.get("UBUNTU_CODENAME") or release.get("DEBIAN_CODENAME") or release.get("VERSION_CODENAME")
    if not name:
        raise NotAvailable("{} names no release of Debian or Ubuntu".format(OS_RELEASE))
    return name


def _foreign(base, suite):
    # The keyring of the whole archive: the one in `base` may hold the keys of one release alone.
    fields = dict(base, Suites=suite, Components="main")
    for name in KEYRINGS:
        keyring = os.path.join("/usr/share/keyrings", name)
        if os.path.exists(keyring):
            fields["Signed-By"] = keyring
            break
    return fields


def _belongs(suite, name):
    return suite == name or suite.startswith(name + "-") or (name == "sid" and suite == "unstable")


def _updates(suites):
    return all("-" in suite for suite in suites.split())


def _release():
    facts = {}
    try:
        with open(OS_RELEASE) as stream:
            for line in stream:
                key, equals, value = line.strip().partition("=")
                if equals:
                    facts[key] = value.strip("\"'")
    except OSError:
        pass
    return facts


def _machine():
    # Every stanza of the machine's settings, one-line entries turned into stanzas.
    for file in [os.path.join(APT, "sources.list")] + sorted(glob.glob(APT + "/sources.list.d/*.list")):
        for line in _read(file).splitlines():
            stanza = _one_line(line)
            if stanza:
                yield stanza
    for file in sorted(glob.glob(APT + "/sources.list.d/*.sources")):
        for block in _deb822(_read(file)):
            if block.get("Enabled", "yes").lower() not in ("no", "false", "0"):
                yield block


def _read(file):
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _one_line(line):
    # deb [signed-by=/a/key arch=amd64] URI suite component…
    line = line.partition("#")[0].strip()
    options = {}
    if "[" in line:
        head, _, rest = line.partition("[")
        inner, _, tail = rest.partition("]")
        line = head + tail
        options = dict(word.split("=", 1) for word in inner.split() if "=" in word)
    words = line.split()
    if len(words) < 4 or words[0] != "deb" or words[1].startswith("cdrom:"):
        return None
    stanza = {"Types": "deb", "URIs": words[1], "Suites": words[2], "Components": " ".join(words[3:])}
    for option, field in (("signed-by", "Signed-By"), ("trusted", "Trusted")):
        if option in options:
            stanza[field] = options[option]
    return stanza


def _deb822(content):
    # Stanzas are parted by empty lines; a line that begins with a space goes on with the field above,
    # and that is how a key itself stands in Signed-By.
    stanza, field = {}, None
    for line in content.splitlines() + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if stanza:
                yield stanza
            stanza, field = {}, None
        elif line[0] in " \t":
            if field:
                stanza[field] += "\n" + line
        else:
            field, _, value = line.partition(":")
            field = field.strip()
            stanza[field] = value.strip()
