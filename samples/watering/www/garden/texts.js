// The words of the garden's pages, English and German, and what all of them share.
import { addTexts, t, request, notify, fail, language, duration } from "/dashboard/parts.js";

addTexts({
  en: {
    "g.status": "Watering", "g.plan": "Programs", "g.schedules": "Schedules", "g.runs": "Runs", "g.settings": "Garden settings",
    "g.now": "Now", "g.idle": "Nothing runs.", "g.left": "{time} left", "g.waits": "waits", "g.queue": "Waiting", "g.next": "Next start",
    "g.pause": "Pause", "g.resume": "Go on", "g.skip": "Next task", "g.stop": "Stop all", "g.valves": "Valves", "g.minutes": "Minutes",
    "g.open": "Open", "g.close": "Close", "g.openvalve": "Open {name}", "g.closevalve": "Close {name}", "g.is.open": "open", "g.is.closed": "closed", "g.disabled": "disabled",
    "g.byhand": "by hand", "g.byprogram": "by a program", "g.days": "The next seven days", "g.nodays": "Nothing is due.", "g.overlaps": "waits for the one before",
    "g.off": "does not run", "g.unknown": "unknown valve {id}", "g.alarm": "Alarm", "g.reset": "I have looked after it", "g.remove": "Take out", "g.flow": "Water", "g.rain": "Rain",
    "g.today": "Today", "g.rate": "Flow now", "g.play": "Play", "g.playprogram": "Play {name}", "g.queued": "{name} is queued", "g.save": "Save", "g.saved": "Saved", "g.undo": "Undo", "g.add": "Add",
    "g.name": "Name", "g.active": "Active", "g.tasks": "Tasks", "g.task": "Task {n}", "g.addtask": "Add a task", "g.up": "Move task {n} up", "g.down": "Move task {n} down", "g.deltask": "Delete task {n}",
    "g.delete": "Delete", "g.deleteq": "Delete {name}?", "g.inuse": "A schedule uses it: {name}.", "g.surep": "Its tasks are gone with it.", "g.sures": "It will not start any more.", "g.newprogram": "New program", "g.newschedule": "New schedule",
    "g.program": "Program", "g.times": "Start times", "g.time": "Start time {n}", "g.addtime": "Add a time", "g.deltime": "Delete time {n}", "g.weekdays": "Weekdays", "g.dayrule": "Days of the month", "g.any": "all", "g.odd": "odd", "g.even": "even",
    "g.every": "Every … days", "g.from": "From", "g.to": "To", "g.dates": "2026-05-01, or 05-01 for each year; empty: without end", "g.seconds": "{name}, seconds", "g.takes": "takes {time}",
    "g.conflict": "Somebody else has saved in the meantime", "g.conflictq": "Your changes are still here. Load theirs, and yours are gone; or keep editing and save over theirs.", "g.theirs": "Load theirs", "g.over": "Save mine over theirs",
    "g.started": "Start", "g.valve": "Valve", "g.by": "By", "g.ran": "Ran", "g.litres": "Litres", "g.ended": "Ended", "g.csv": "Save as CSV", "g.norun": "Nothing has run yet.", "g.perday": "{what} a day", "g.minutesday": "Minutes", "g.litresday": "Litres", "g.lastdays": "Last {n} days",
    "g.direct": "direct", "g.hand": "by hand", "g.schedule": "schedule {id}", "g.end.done": "as planned", "g.end.hand": "closed by hand", "g.end.direct": "another was opened by hand", "g.end.pause": "paused", "g.end.end": "stopped", "g.end.stop": "stopped", "g.end.alarm": "alarm",
    "g.end.fault": "fault", "g.end.power": "power cut", "g.end.rain": "rain", "g.end.it has rained": "it has rained", "g.end.rain delay": "rain delay", "g.end.schedules are off": "schedules are off", "g.end.missed": "missed", "g.end.paused": "paused", "g.end.inactive": "inactive", "g.end.other": "not started",
    "g.pin": "Pin", "g.max": "At most, s", "g.enabled": "In use", "g.atonce": "At most open at once", "g.directs": "Opened by hand for, s", "g.master": "Pin of the master valve or pump", "g.lead": "Master leads by, s", "g.lag": "Master lags by, s", "g.none": "none",
    "g.addvalve": "Add a valve", "g.delvalve": "Delete valve {name}", "g.upvalve": "Move {name} up", "g.closes": "All valves close when this is saved.", "g.meter": "Flow meter", "g.ratio": "Litres a pulse edge", "g.maxrate": "At most, L/min (0: off)", "g.nones": "No drop for, s (0: off)", "g.leak": "Leak, L (0: off)", "g.window": "Counted every, ms", "g.maxfor": "Too much for, s", "g.settle": "At rest after, s",
    "g.player": "Player", "g.aftercut": "After a power cut", "g.continue": "goes on", "g.drop": "is dropped", "g.continues": "Goes on within, s (0: always)", "g.saves": "Noted every, s", "g.queuelength": "Tasks that may wait", "g.resumes": "Goes on by itself after a valve was opened by hand",
    "g.wet": "Level when wet", "g.dryh": "Schedules wait after rain, h", "g.rainstops": "Rain ends what a schedule has started", "g.months": "Percent in each month", "g.misseds": "Missed starts up to, s, run later",
    "g.restart": "Restart each day", "g.restartat": "At", "g.season": "Season", "g.zone": "Time zone", "g.allschedules": "Schedules", "g.loading": "Loading",
  },
  de: {
    "g.status": "Bewässerung", "g.plan": "Programme", "g.schedules": "Zeitpläne", "g.runs": "Läufe", "g.settings": "Garten einrichten",
    "g.now": "Jetzt", "g.idle": "Es läuft nichts.", "g.left": "noch {time}", "g.waits": "wartet", "g.queue": "Wartet", "g.next": "Nächster Start",
    "g.pause": "Pause", "g.resume": "Weiter", "g.skip": "Nächster Schritt", "g.stop": "Alles stoppen", "g.valves": "Ventile", "g.minutes": "Minuten",
    "g.open": "Öffnen", "g.close": "Schließen", "g.openvalve": "{name} öffnen", "g.closevalve": "{name} schließen", "g.is.open": "offen", "g.is.closed": "zu", "g.disabled": "außer Betrieb",
    "g.byhand": "von Hand", "g.byprogram": "durch ein Programm", "g.days": "Die nächsten sieben Tage", "g.nodays": "Nichts steht an.", "g.overlaps": "wartet auf den davor",
    "g.off": "läuft nicht", "g.unknown": "unbekanntes Ventil {id}", "g.alarm": "Alarm", "g.reset": "Ich habe nachgesehen", "g.remove": "Herausnehmen", "g.flow": "Wasser", "g.rain": "Regen",
    "g.today": "Heute", "g.rate": "Durchfluss", "g.play": "Starten", "g.playprogram": "{name} starten", "g.queued": "{name} ist eingereiht", "g.save": "Speichern", "g.saved": "Gespeichert", "g.undo": "Verwerfen", "g.add": "Neu",
    "g.name": "Name", "g.active": "Aktiv", "g.tasks": "Schritte", "g.task": "Schritt {n}", "g.addtask": "Schritt anfügen", "g.up": "Schritt {n} nach oben", "g.down": "Schritt {n} nach unten", "g.deltask": "Schritt {n} löschen",
    "g.delete": "Löschen", "g.deleteq": "{name} löschen?", "g.inuse": "Ein Zeitplan braucht es: {name}.", "g.surep": "Seine Schritte gehen verloren.", "g.sures": "Er startet dann nicht mehr.", "g.newprogram": "Neues Programm", "g.newschedule": "Neuer Zeitplan",
    "g.program": "Programm", "g.times": "Startzeiten", "g.time": "Startzeit {n}", "g.addtime": "Zeit anfügen", "g.deltime": "Zeit {n} löschen", "g.weekdays": "Wochentage", "g.dayrule": "Tage des Monats", "g.any": "alle", "g.odd": "ungerade", "g.even": "gerade",
    "g.every": "Alle … Tage", "g.from": "Von", "g.to": "Bis", "g.dates": "2026-05-01, oder 05-01 für jedes Jahr; leer: unbegrenzt", "g.seconds": "{name}, Sekunden", "g.takes": "dauert {time}",
    "g.conflict": "Inzwischen hat jemand anderes gespeichert", "g.conflictq": "Deine Änderungen sind noch da. Lädst du die anderen, sind deine weg; oder du speicherst deine darüber.", "g.theirs": "Andere laden", "g.over": "Meine darüber speichern",
    "g.started": "Beginn", "g.valve": "Ventil", "g.by": "Durch", "g.ran": "Lief", "g.litres": "Liter", "g.ended": "Ende", "g.csv": "Als CSV sichern", "g.norun": "Noch ist nichts gelaufen.", "g.perday": "{what} je Tag", "g.minutesday": "Minuten", "g.litresday": "Liter", "g.lastdays": "Letzte {n} Tage",
    "g.direct": "direkt", "g.hand": "von Hand", "g.schedule": "Zeitplan {id}", "g.end.done": "wie geplant", "g.end.hand": "von Hand geschlossen", "g.end.direct": "anderes von Hand geöffnet", "g.end.pause": "Pause", "g.end.end": "gestoppt", "g.end.stop": "gestoppt", "g.end.alarm": "Alarm",
    "g.end.fault": "Fehler", "g.end.power": "Stromausfall", "g.end.rain": "Regen", "g.end.it has rained": "es hat geregnet", "g.end.rain delay": "Regenpause", "g.end.schedules are off": "Zeitpläne sind aus", "g.end.missed": "verpasst", "g.end.paused": "Pause", "g.end.inactive": "nicht aktiv", "g.end.other": "nicht gestartet",
    "g.pin": "Pin", "g.max": "Höchstens, s", "g.enabled": "In Betrieb", "g.atonce": "Höchstens zugleich offen", "g.directs": "Von Hand geöffnet für, s", "g.master": "Pin von Hauptventil oder Pumpe", "g.lead": "Vorlauf, s", "g.lag": "Nachlauf, s", "g.none": "keiner",
    "g.addvalve": "Ventil anfügen", "g.delvalve": "Ventil {name} löschen", "g.upvalve": "{name} nach oben", "g.closes": "Beim Speichern schließen alle Ventile.", "g.meter": "Wasserzähler", "g.ratio": "Liter je Impulsflanke", "g.maxrate": "Höchstens, L/min (0: aus)", "g.nones": "Kein Tropfen seit, s (0: aus)", "g.leak": "Leck, L (0: aus)", "g.window": "Gezählt alle, ms", "g.maxfor": "Zu viel seit, s", "g.settle": "In Ruhe nach, s",
    "g.player": "Ablauf", "g.aftercut": "Nach einem Stromausfall", "g.continue": "geht es weiter", "g.drop": "wird es verworfen", "g.continues": "Weiter innerhalb von, s (0: immer)", "g.saves": "Notiert alle, s", "g.queuelength": "So viele Schritte dürfen warten", "g.resumes": "Läuft von selbst weiter, nachdem ein Ventil von Hand offen war",
    "g.wet": "Pegel bei Nässe", "g.dryh": "Zeitpläne warten nach Regen, h", "g.rainstops": "Regen beendet, was ein Zeitplan begonnen hat", "g.months": "Prozent je Monat", "g.misseds": "Verpasste Starts bis, s, laufen später",
    "g.restart": "Täglich neu starten", "g.restartat": "Um", "g.season": "Jahreszeit", "g.zone": "Zeitzone", "g.allschedules": "Zeitpläne", "g.loading": "Lädt",
  },
});

// What the device says in English, of which parts may be names and numbers.
const SAID = [
  [/^alarm: see flow$/, "Alarm: siehe oben"], [/^paused$/, "Pause"], [/^waits for a valve that is open by hand$/, "wartet auf ein Ventil, das von Hand offen ist"],
  [/^waits for the clock, then goes on$/, "wartet auf die Uhr, dann geht es weiter"], [/^the valves do not run$/, "die Ventile sind außer Betrieb"],
  [/^a module has failed$/, "ein Modul ist ausgefallen"], [/^(\w+) has failed$/, "$1 ist ausgefallen"], [/^the valves were stopped$/, "die Ventile wurden angehalten"],
  [/^a valve is open by hand$/, "ein Ventil ist von Hand offen"], [/^(\d+) valves are open, and no more may be at once$/, "$1 Ventile sind offen, mehr dürfen es nicht sein"],
  [/^([\d.]+) L\/min, more than ([\d.]+)$/, "$1 L/min, mehr als $2"], [/^nothing has flowed for (\d+) s while (.+) is open$/, "seit $1 s ist nichts geflossen, obwohl offen ist: $2"],
  [/^([\d.]+) L have flowed while all valves are closed$/, "$1 L sind geflossen, obwohl alle Ventile zu sind"],
];

/** What the device says, in the page's language where it is known. */
export const said = text => (language.startsWith("de") && text ? SAID.reduce((found, [english, german]) => found.replace(english, german), text) : text);

/** A duration in seconds as 4:05 or 1:02:03, which counts down without jumping. */
export function clock(seconds) {
  const two = number => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return (hours ? hours + ":" + two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)) + ":" + two(Math.floor(seconds % 60));
}

/** A local time of the device, "2026-05-01T06:00:00+02:00", as weekday and time: its own, not the browser's. */
export function when(text) {
  if (!text) return "–";
  const day = new Date(text.slice(0, 10) + "T12:00:00Z");
  return day.toLocaleDateString(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }) + ", " + text.slice(11, 16);
}

/** Do something on the device, and tell what failed. Resolves to the answer, or undefined. */
export async function act(path, body) {
  try {
    return await request("POST", path, body === undefined ? {} : body);
  } catch (error) {
    fail(error);
    return undefined;
  }
}

/** Tell that something is saved. */
export function saved() {
  notify(t("g.saved"));
}

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = "/garden/garden.css";
document.head.append(sheet);

export { t, duration };
