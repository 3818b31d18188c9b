"""Channels: what one fiber puts in, another gets out, in order; both wait for each other."""


class Closed(EOFError):
    """The channel is closed: nothing more can be put, or nothing is left to get."""


class Channel:
    """A bounded queue between fibers, for any number of writers and readers.

    capacity: how many items may wait in it; 0: a writer waits until a reader takes its item.

        yield channel.put(7)        # waits while the channel is full
        item = yield channel.get()  # waits while it is empty; raises Closed after the last item
    """

    def __init__(self, capacity=1):
        self.capacity = capacity
        self.closed = False
        self._items = []
        self._readers = []
        self._writers = []
        self._put = _Put(self)

    def __len__(self):
        return len(self._items)

    def get(self):
        """Return what to yield for the next item."""
        return self

    def put(self, item):
        """Return what to yield to put `item`; the yield raises Closed when the channel is closed."""
        self._put.item = item
        return self._put

    def offer(self, item):
        """Put `item` without waiting, from anywhere in the loop's thread; False when there is no room."""
        if self.closed:
            raise Closed("channel is closed")
        if self._readers:
            reader = self._readers.pop(0)
            reader.loop.wake(reader, item)
        elif len(self._items) < self.capacity:
            self._items.append(item)
        else:
            return False
        return True

    def take(self, default=None):
        """Get an item without waiting; `default` when there is none."""
        items = self._items
        writers = self._writers
        if items:
            item = items.pop(0)
            if writers:
                writer = writers.pop(0)
                items.append(writer.result)  # a writer keeps its item where its result will be
                writer.loop.wake(writer)
        elif writers:  # capacity 0
            writer = writers.pop(0)
            item = writer.result
            writer.loop.wake(writer)
        else:
            return default
        return item

    def close(self):
        """No more items: readers get what is left and then Closed, writers that wait get Closed."""
        self.closed = True
        for queue in (self._readers, self._writers):
            while queue:
                fiber = queue.pop(0)
                fiber.loop.wake(fiber, None, Closed("channel is closed"))

    def park(self, fiber):
        """Let `fiber` wait for an item."""
        item = self.take(self)
        if item is not self:
            fiber.loop.wake(fiber, item)
        elif self.closed:
            fiber.loop.wake(fiber, None, Closed("channel is closed"))
        else:
            self._readers.append(fiber)

    def unpark(self, fiber):
        """`fiber` waits no longer."""
        self._readers.remove(fiber)


class _Put:
    """The writers' side of a channel."""

    def __init__(self, channel):
        self.channel = channel
        self.item = None

    def park(self, fiber):
        item, self.item = self.item, None
        if self.channel.offer(item):
            fiber.loop.wake(fiber)
        else:
            fiber.result = item
            self.channel._writers.append(fiber)

    def unpark(self, fiber):
        fiber.result = None
        self.channel._writers.remove(fiber)
