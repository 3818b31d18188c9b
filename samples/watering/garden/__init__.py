"""The garden: valves, flow meter, rain, programs, schedules, player, history. Each module is one file."""
