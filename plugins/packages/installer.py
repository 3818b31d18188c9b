"""State of an installation while it is under way; the steps that use it stand in files that are dropped after."""

from gc import collect

from modcore.journal import Journal

# Where packages of the MicroPython library come from that a registry does not carry along.
LIBRARY = "https://micropython.org/pi/v2"
_CHUNK = 512


class Installer:
    """Brings plugins from registries to `root`, the folder that holds `plugins`.

    registries: URLs of package indexes, or of files registry.json. report(text, done, total): told what
    happens, with the bytes so far. library: the index for library packages that no registry carries. relieve():
    gives memory back, between planning and loading.
    Its methods that fetch are generators, which yield the milliseconds to wait (None: none):

        for ms in Installer(["http://host/index"], "/lib").install("mqtt"):
            sleep_ms(ms or 0)

    InstallError, from any of them: why not; what was there before works on.
    """

    def __init__(self, registries, root, report=None, library=LIBRARY, download=None, relieve=None):
        self.registries = [registries] if isinstance(registries, str) else registries
        self.report = report
        self.relieve = relieve or collect
        self.library = library
        self.download = download or Download()
        self.journal = Journal(root)
        self.name = ""
        self.done = self.total = 0

    def available(self):
        """Generator: what the registries have, {name: {"version", "description", "requires", "heap"…}}.

        An entry that nobody could install is {"error": why}.
        """
        from .installation import available

        return available(self)

    def install(self, name, enable=False):
        """Generator: install `name` with all that it requires, and update what is too old for it.

        name: of a plugin, or `mqtt@1.2.0` for a version. enable: also have it named in the configuration once it is
        in place. Returns the Journal, on trial, or None when everything was there.
        """
        from .installation import install

        return install(self, name, enable)

    def update(self, name):
        """Generator: bring `name` to its newest version. Returns the Journal, or None when that was there."""
        from .installation import update

        return update(self, name)

    def remove(self, name):
        """Remove `name` at once; its configuration stays. InstallError: another plugin requires it."""
        from .installation import remove

        remove(self, name)

    def say(self, text):
        """Report what happens."""
        if self.report:
            self.report("%s: %s" % (self.name, text), self.done, self.total)


class Plan:
    """The way from what is installed to a plugin in its newest version, as plan.py works it out.

    registries: URLs of files registry.json; library: that of an index of the MicroPython library. At the end it
    has `order`, the names of the plugins to take in, each after what it requires; `versions`, {name: version};
    `files`, [(URL, path from /lib, bytes or None, SHA-256 or its beginning)]; `libraries`, paths of the files of
    library packages that come along.
    """

    def __init__(self, download, registries, library):
        self.download = download
        self.urls = registries
        self.library = library
        self.version = None  # of the first plugin, where one is asked for
        self.entries = {}  # of the plugins that are wanted: name -> entry
        self.wanted = []  # names of plugins
        self.names = []  # all that the registries have
        self.deps = {}  # wanted packages of the MicroPython library: name -> version
        self.carried = {}  # those that a registry has
        self.have = {}
        self.order = []
        self.versions = {}
        self.files = []
        self.libraries = []


class Scanner:
    """Finds the objects in the lists of a JSON object, fed with pieces of its text: see registry.py.

    found(key, entry): called with the list's key and the object, a dict, as soon as it is whole. skip: keys
    of entries whose values are passed over and become None. wanted(name): whether the files of an entry are
    of use; those of others are passed over, too. bytecode: take the files under "mpy" from a registry that has
    them; they are in `entry["files"]` in any case. A list of files is taken apart as it comes: it needs no
    large piece of memory. What else the object has is in `top`, the keys of its lists in `lists`.

        scanner = Scanner(lambda key, entry: print(entry["name"]))
        scanner.feed(b'{"v": 1, "plugins": [{"name": "mqtt", "files": [')
    """

    def __init__(self, found, skip=(), wanted=None, bytecode=False):
        self.top = {}
        self.lists = []
        self.found = found
        self.skip = skip
        self.wanted = wanted
        self.bytecode = bytecode
        self.files_key = "files"
        self.last_key = self.name = None  # in the entry at hand
        self.depth = 0
        self.string = self.escape = self.listing = False
        self.word = bytearray()  # the last string, where it can be a key
        self.key = ""  # of the registry's object
        self.value = None  # its value, where that is not a list
        self.entry = None
        self.skipping = False
        self.taking = False  # what is skipped is taken apart
        self.items = None  # the list that is taken apart
        self.item = None  # the text of one of its elements

    def feed(self, data):
        """Take the next piece. InstallError: this is not a JSON object, or an entry is broken or too large."""
        from .registry import feed

        feed(self, data)

    def end(self):
        """Say that this was all. InstallError: it was not, or what every registry has is missing."""
        from .registry import end

        end(self)


class Download:
    """Fetches one file after the other, over one connection where the server keeps it.

    timeout_ms: how long a server may be silent. authorities: a file (PEM or DER) with the certificates that
    https trusts, or "any", which trusts every server; without it there is no https. resolve: a generator
    function that returns the address of a host, or None; without it `socket.getaddrinfo` is asked, which
    blocks. What waits is yielded as milliseconds to sleep:

        for ms in download.get("http://host/registry.json", sink):
            sleep_ms(ms)
    """

    def __init__(self, timeout_ms=15000, authorities=None, resolve=None):
        self.timeout_ms = min(timeout_ms, 1 << 28)  # ticks tell no more apart
        self.authorities = authorities
        self.resolve = resolve
        self.sock = None
        self.peer = None  # (scheme, host, port) that the connection leads to
        self.fresh = False  # nothing has come over this connection yet
        self.address = {}  # (host, port) -> what its name resolved to
        self.buffer = bytearray(_CHUNK)
        self.start = self.end = 0  # of what is in the buffer and not read yet
        self.tick = 0

    def get(self, url, sink, limit=None):
        """Generator: call `sink(bytes)` for each piece of the file at `url`; returns its size.

        limit: the bytes that it may have. InstallError: it can't be had, and why.
        """
        from .download import get

        return get(self, url, sink, limit)

    def close(self):
        """Close the connection."""
        if self.sock:
            self.sock.close()
            self.sock = self.peer = None
        self.start = self.end = 0
