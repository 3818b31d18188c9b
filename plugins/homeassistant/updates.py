"""An entity `update` for each plugin: what is installed, what there is, and how far an update is.

The plugin `packages` looks for versions and installs them; `{"packages": {"allow": ["update"]}}` lets Home
Assistant ask for it. Source: https://www.home-assistant.io/integrations/update.mqtt
"""

RARE = True  # once, when the module starts, and for announcements

_FIRST_MS = 60000  # after the start, for the first look
_SOON_MS = 500  # versions are found one after the other


def begin(module):
    """Watch `packages`, look for versions every `updates_h` hours, and show it on `homeassistant/updates`."""
    newest = {}
    now = {}  # "name" of the plugin that is being updated, and "percent"; "timer" until it is shown
    shown = module.property("updates", "sensor", {}, name="Updates")

    def show():
        now.pop("timer", None)
        found = {}
        have = module.kernel.bus.get("plugins/list") or {}
        for name in have:
            busy = name == now.get("name")
            found[name] = {
                "installed_version": have[name],
                "latest_version": newest.get(name) or have[name],
                # Said in any case: what is not said stays as it was.
                "in_progress": busy,
                "update_percentage": now.get("percent", 0) if busy else None,
            }
        if found != shown.value:
            shown.value = found

    def soon():
        if "timer" not in now:
            now["timer"] = module.after(_SOON_MS, show)

    def on_found(topic, entry):
        newest[topic[14:]] = entry.get("version")
        soon()

    def on_list(topic, have):
        for name in have or ():
            topic = "$update/" + name
            if topic not in module.known:
                module.known[topic] = None
                module.pending.append(topic)
        for topic in module.known:
            if topic[0] == "$" and topic[8:] not in (have or ()):
                module.gone = True
                module.look_again()
        soon()

    def on_status(topic, text):
        words = str(text).split()
        if len(words) == 2 and words[0] == "update":
            now["name"], now["percent"] = words[1], 0
        elif words and words[0] in ("ready", "failed:") or "trial" in words or "newest" in words:
            now.pop("name", None)
        soon()

    def on_progress(topic, percent):
        now["percent"] = percent
        soon()

    def look():
        plugins = module.kernel.modules.get("plugins")
        if plugins and plugins.state == "RUNNING":
            plugins.on_event("plugins/search", "")

    module.listen("plugins/found/+", on_found)
    module.listen("plugins/list", on_list)
    module.listen("plugins/status", on_status)
    module.listen("plugins/progress", on_progress)
    module.after(_FIRST_MS, look)
    module.every(int(module.config["updates_h"] * 3600000), look)


def describe(name):
    """The component and the configuration for the plugin `name`."""
    return "update", {
        "name": name,
        "tit": name,
        "ent_cat": "config",
        "avty_t": "~/status",
        "stat_t": "~/homeassistant/updates",
        "val_tpl": "{{ value_json['%s'] | default({}) | tojson }}" % name,
        "cmd_t": "~/plugins/update/set",
        "pl_inst": name,
    }
