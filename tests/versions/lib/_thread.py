"""_thread of a build that has one thread: locks and who runs, but nothing that starts another one."""


class _Lock:
    def __init__(self):
        self._held = False

    def acquire(self, wait=True):
        free = not self._held
        if wait and not free:
            raise RuntimeError("nobody would ever release it")
        self._held = True
        return free

    def release(self):
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    def locked(self):
        return self._held

    __enter__ = acquire

    def __exit__(self, *error):
        self.release()


def allocate_lock():
    """A lock."""
    return _Lock()


def get_ident():
    """Return the thread that runs: always the same."""
    return 1
