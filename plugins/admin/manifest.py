"""A plugin's manifest, member by member: in one piece it takes more memory than a small board has left."""

RARE = True  # only while somebody administers the device

_PIECE = 128


def members(name, inside=None, wanted=None):
    """(key, value) of a plugin's manifest, in the order of its author; a generator.

    inside: the key of the object whose members are meant, as "config"; None: the manifest itself. wanted: only these
    keys (tuple). ValueError: there is no such plugin, or its manifest is broken.

        for key, about in members("mqtt", "config"):
            print(key, about["meaning"])
    """
    from modcore import plugins

    folder = plugins.place(name)
    try:
        if folder[:8] == ".frozen/":
            yield from _members(_slices(dict(plugins.frozen())[name]), inside, wanted)
        else:
            with open(folder + "/plugin.json", "rb") as file:
                yield from _members(_pieces(file), inside, wanted)
    except ValueError as error:
        raise ValueError("%s/plugin.json is broken: %s" % (folder, error))


def _pieces(file):
    while True:
        piece = file.read(_PIECE)
        if not piece:
            return
        yield piece


def _slices(text):
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE].encode()


def _members(pieces, inside, wanted):
    from json import loads

    level = 1 if inside is None else 2  # braces around what is meant
    depth = 0
    key = None
    keep = True  # whether the bytes that come are of a key or value that is meant
    text = bytearray()
    quoted = escaped = entered = False
    for piece in pieces:
        for byte in piece:
            if quoted:
                if escaped:
                    escaped = False
                elif byte == 92:  # a backslash
                    escaped = True
                elif byte == 34:
                    quoted = False
            elif byte == 34:
                quoted = True
            elif byte in b"{[":
                if byte == 91 and not depth:
                    raise ValueError("is not an object")
                depth += 1
                if depth == 1 or depth == level and key == inside:
                    entered = depth == level
                    key = None
                    keep = True
                    text = bytearray()
                    continue
            elif byte in b":,}]" and (depth == 1 or entered and depth == level):
                if byte == 58:
                    key = loads(text)
                    keep = (depth == level) and (wanted is None or key in wanted)
                else:
                    if keep and key is not None:
                        yield key, loads(text)
                    if byte != 44:
                        if depth == level:
                            return
                        depth -= 1
                    key = None
                    keep = True
                text = bytearray()
                continue
            elif byte in b"}]":
                depth -= 1
            if keep:
                text.append(byte)
    raise ValueError("no %s" % (inside or "object"))
