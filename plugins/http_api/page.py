"""Error pages out of files."""


class Page:
    """An error page in the file `path`; `read` is what a Site takes for one."""

    def __init__(self, path):
        self.path = path

    def read(self, request, text):
        """The page as it stands in the file."""
        with open(self.path) as file:
            return file.read()
