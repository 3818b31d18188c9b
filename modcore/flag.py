"""A lock for where there are no threads."""


class Flag:
    """Stands in for a lock where there are no threads."""

    held = False

    def acquire(self, wait=True):
        """Take it; False when it is held."""
        if self.held:
            return False
        self.held = True
        return True

    def release(self):
        """Give it back."""
        self.held = False

    def locked(self):
        """Tell whether it is held."""
        return self.held
