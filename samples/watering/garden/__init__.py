"""The garden: valves, flow meter, rain, programs, schedules, player, history. Each module is one file."""


class Conflict(ValueError):
    """What is well formed and contradicts something else: an id twice, a valve or program that there is not."""
