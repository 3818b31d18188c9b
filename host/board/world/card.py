"""Storage beside the file system: the card in the slot and the flash's key-value store."""

_NO_DEVICE = 19  # ENODEV
_NOT_FOUND = -0x1102  # ESP_ERR_NVS_NOT_FOUND


class Card:
    """The card's image file, if one is in the slot, and the keys in flash."""

    def __init__(self, world):
        self._world = world
        self.path = None
        self.size = 0
        self._keys = {}

    def insert(self, path, size):
        """Put a card in, whose blocks are in the file `path` of `size` bytes."""
        self.path = path
        self.size = size
        self._world.changed("card", "slot", "%d KB" % (size // 1024))

    def eject(self):
        """Pull the card out."""
        self.path = None
        self._world.changed("card", "slot", "empty")

    def on_open(self):
        """Return the path of the image."""
        self.on_size()
        return self.path

    def on_size(self):
        """Return the bytes of the card. OSError: there is none."""
        if self.path is None:
            raise OSError(_NO_DEVICE)
        return self.size

    def on_nvs_set(self, namespace, key, value):
        """Keep a value in flash; None forgets the key."""
        if value is None:
            self.on_nvs_get(namespace, key)
            del self._keys[namespace, key]
        else:
            self._keys[namespace, key] = value

    def on_nvs_get(self, namespace, key):
        """Return a value from flash. OSError: there is none."""
        if (namespace, key) not in self._keys:
            raise OSError(_NOT_FOUND)
        return self._keys[namespace, key]
