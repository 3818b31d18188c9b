"""The player: what waits and what runs, one task after the other, with pause, resume and a memory for power cuts.

It opens nothing itself: it asks the valves, on the bus, and hears what became of it. queue.py has the rules,
playing.py what it does by them and after a power cut.

| topic | value |
| --- | --- |
| `$player/play` | `{"program", "name", "by", "tasks"}`: by is hand or schedule <id>, tasks {valve: s} |
| `$player/drop` | the beginning of `by`: those tasks end |
| `player/remove/set` | takes the task at this place, from 0, out of those that wait |
| `player/play` | a question with the same: whether it can be queued |
| `player/state`, `player/settings` | questions: what runs and waits, and what is configured |
| `player/pause`, `player/skip`, `player/stop` | properties: a switch and two buttons |
| `$player/skipped` | `{"program", "by", "why"}`: what was not started |
"""

from modcore import Module

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from modcore.timer import Timer

# What matters only while something runs or waits.
_QUIET = (
    "$valves/at_once",
    "$valves/ids",
    "$valves/begun",
    "$valves/ended",
    "$player/drop",
    "$player/skipped",
)


class Player(Module):
    """Plays programs.

    config: `after_power_cut`, "continue" or "drop" what ran; `continue_s`, it continues when the power was away
    for no longer (0: however long it was); `save_s`, how often what runs is noted: so much less, at most, gets a
    valve that a power cut stops, and never more; `resume_after_direct`, whether it goes on by itself after a valve
    was opened by hand; `queue`, how many tasks may wait; `file`.
    """

    defaults = {
        "after_power_cut": "continue",
        "continue_s": 3600,
        "save_s": 20,
        "resume_after_direct": True,
        "queue": 32,
        "file": "player.json",
    }
    lived = False  # it has run before in this life of the board
    current = None  # the task that runs
    tasks = ()  # those that wait
    changed = False  # since it was noted
    # Made by playing.py:
    holds: set  # why it waits
    pulse: "Timer | None"  # calls beat

    def configure(self):
        """ValueError: after_power_cut is neither continue nor drop, or a number is below 0."""
        if self.config["after_power_cut"] not in ("continue", "drop"):
            raise ValueError("player: after_power_cut takes continue or drop")
        from .checks import numbers

        numbers(self.config, self.id, ("continue_s", "save_s", "queue"))

    def start(self):
        """Take up what a power cut or a restart has left, and wait for work."""
        from .playing import begin

        begin(self)

    def stop(self):
        """Note exactly what is left; the valves close as soon as they hear that the player stopped."""
        if self.current or self.tasks or self.changed:
            from .playing import note

            note(self, 0)

    def hear(self, topic, value):
        """Act on what the bus tells; at rest most of it does not matter."""
        if topic == "$valves/at_once" and value:
            self.at_once = value
        at_rest = not (self.current or self.tasks or self.holds)
        if not at_rest or topic not in _QUIET and value and value != "RUNNING" or topic[0] != "$":
            from .playing import hear

            hear(self, topic, value)

    def answer(self, what, value):
        """Answer what others ask on the bus."""
        from .playing import answer

        return answer(self, what, value)

    def command(self, property, value):
        """Pause or go on, end a task, end all: the commands."""
        from .playing import command

        command(self, property.id, value)

    def beat(self):
        """Each second while something runs or waits: note it now and then, and tell what is left."""
        from .playing import beat

        beat(self)
