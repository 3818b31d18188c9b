"""A message that is sent in pieces, since the heap may have no room for it in one."""


class Held:
    """The stream of a connection to the broker while a long packet goes out on it: whatever others write comes after.

    stream: with `readinto` and `write`, which return None when they would have to wait. pieces: of the packet, a list
    of bytes, which becomes empty.
    """

    def __init__(self, stream, pieces):
        self.stream = stream
        self.readinto = stream.readinto
        self.pieces = pieces

    def send(self):
        """Send on, as far as the socket takes it; whether all of it has gone. OSError: the connection is lost."""
        pieces = self.pieces
        while pieces:
            count = self.stream.write(pieces[0])
            if not count:
                return False
            if count < len(pieces[0]):
                pieces[0] = pieces[0][count:]
            else:
                pieces.pop(0)
        return True

    def write(self, data):
        """Send `data` after the packet; the count of bytes, None when there is no room yet."""
        return self.stream.write(data) if self.send() else None
