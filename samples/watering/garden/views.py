"""The garden's pages, for the dashboard's menu."""

RARE = True  # called when the dashboard starts


def views():
    """The list that the dashboard takes: id, title, icon and the file of each page."""
    return [
        {"id": id, "title": {"en": english, "de": german}, "icon": icon, "src": "/garden/%s.js" % file}
        for id, file, icon, english, german in (
            ("watering", "status", "water", "Watering", "Bewässerung"),
            ("programs", "programs", "play", "Programs", "Programme"),
            ("schedules", "schedules", "clock", "Schedules", "Zeitpläne"),
            ("runs", "runs", "chart-line", "Runs", "Läufe"),
            ("garden", "settings", "valve", "Garden settings", "Garten einrichten"),
        )
    ]
