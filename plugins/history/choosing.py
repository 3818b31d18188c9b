"""Choice of what is kept, begun and given up, and when the clock is set: the methods of History that are rare."""

from .series import Series

RARE = True  # at start, and when somebody chooses

_SET_S = 1704067200  # 2024, from 1970 on: before it the clock was not set


def keep(history, topic):
    """Keep a topic from now on."""
    config = history.config
    if topic in history.series or topic in config["not"]:
        return
    store = None
    if config["folder"]:
        from .store import Store

        store = Store(config["folder"], topic, (-(-config["minutes"] // 60), -(-config["hours"] // 24)))
    history.series[topic] = Series(topic, config["minutes"], config["hours"], history.minute, store)
    history.listen(topic, history.on_value)


def forget(history, topic):
    """Keep a topic no longer, and forget what was kept."""
    series = history.series.pop(topic, None)
    if series:
        history.kernel.bus.unsubscribe(topic, history.on_value)
        if series.store:
            series.store.remove()


def clock_was_set(history, now):
    """Move what was kept to where it belongs, or drop what now lies in the future. now: the present minute."""
    was_set = history.minute * 60 >= _SET_S
    for series in history.series.values():
        if not was_set and now > history.minute:
            series.shift(now - 1 - history.minute)
        else:
            series.forget_after(now)
    history.minute = now - 1
