"""Programs: named lists of tasks, each the seconds of its valves; kept in a file, played at once or by a schedule.

| topic | value |
| --- | --- |
| `programs/list` | all programs, retained; `programs/list/set` takes a list in its place |
| `programs/<id>` | a button: play it |
| `$programs/play` | `{"id", "by", "percent"}`: play it for somebody else |
| `programs/version`, `programs/play` | questions: another number after each change of the list; play this id |
"""

from modcore import Module


class Programs(Module):
    """The programs of a garden. config: `file`."""

    defaults = {"file": "programs.json"}
    # Made by program_list.py:
    version: int

    def start(self):
        """Read the file and declare a button for each program."""
        from .program_list import begin

        begin(self)

    def hear(self, topic, value):
        """Take another list, or play a program for a schedule."""
        from .program_list import hear

        hear(self, topic, value)

    def answer(self, what, value):
        """Answer what others ask on the bus."""
        from .program_list import answer

        return answer(self, what, value)

    def press(self, button, value):
        """Play a program: the command of its button."""
        from .program_list import play

        play(self, int(button.id))
