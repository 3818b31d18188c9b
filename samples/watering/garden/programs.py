"""Programs: named lists of tasks, each the seconds of its valves; kept in a file, played at once or by a schedule.

| topic | value |
| --- | --- |
| `programs/list` | all programs, retained; `programs/list/set` takes a list in its place |
| `programs/<id>` | a button: play it |
| `$programs/play` | `{"id", "by", "percent"}`: play it for somebody else |
"""

from modcore import Module


class Programs(Module):
    """The programs of a garden. config: `file`."""

    defaults = {"file": "programs.json"}

    def start(self):
        """Read the file and declare a button for each program."""
        from modcore.json_files import load

        kept = load(self.config["file"], self.log)
        self.version = kept.get("version", 0)
        self.list = kept.get("programs", [])
        for program in self.list:
            self.property(
                str(program["id"]), kind="button", name=program["name"], icon="mdi:sprinkler", set=self.press
            )
        self.publish("programs/list", self.list, True)
        self.listen("programs/list/set", self.on_list)
        self.listen("$programs/play", self.on_play)

    def on_list(self, topic, value):
        """Take another list."""
        from .program_list import take

        take(self, topic, value)

    def on_play(self, topic, value):
        """Play a program for a schedule."""
        from .program_list import play_for

        play_for(self, value)

    def press(self, button, value):
        """Play a program: the command of its button."""
        from .program_list import play

        play(self, int(button.id))
