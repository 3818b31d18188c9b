// What modules and properties are called, and their values as text.
import { t, language, number, bytes, duration, moment } from "./text.js";

/** What a property is called: its name, or its id in words. */
export function nameOf(topic, about) {
  return about.name || words(topic.split("/").pop());
}

/** What a module is called: where it has no caption, its id in words. */
export function moduleName(id) {
  const key = "module." + id;
  return t(key) === key ? words(id) : t(key);
}

/** An id in words: http_async is "Http async". */
export function words(id) {
  const text = id.replace(/[_-]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A word of a device as people say it: heat_cool is "Heat and cool"; one that is not known here as it is. */
export function word(value) {
  if (value === null || value === undefined) return "–";
  const text = t("word." + value);
  return text.startsWith("word.") ? words(String(value)) : text;
}

/** The names of icons that stand for a property, the best first. */
export function iconOf({ icon, device_class, kind }) {
  return [icon, device_class, kind];
}

/** A value as text, by kind and metadata. */
export function show(value, about) {
  const { kind, unit = "", device_class: type } = about;
  if (value === null || value === undefined) return "–";
  if (kind === "date") return new Date(value + "T00:00").toLocaleDateString(language, { dateStyle: "medium" });
  if (kind === "datetime") return moment(Date.parse(value) / 1000);
  if (kind === "valve") return t(value ? "valve.open" : "valve.closed");
  if (kind === "binary_sensor") return state(value, type);
  if (typeof value === "boolean") return t(value ? "on" : "off");
  if (typeof value === "number") {
    if (unit === "B" || type === "data_size" && !unit) return bytes(value);
    if (type === "duration" && (unit === "s" || unit === "min" || unit === "h")) return duration(value * { s: 1, min: 60, h: 3600 }[unit]);
    if (type === "timestamp") return moment(value);
    return number(value, about.precision === undefined ? 2 : about.precision);
  }
  if (type === "timestamp" && !isNaN(Date.parse(value))) return moment(Date.parse(value) / 1000);
  if (Array.isArray(value)) return value.map(one => show(one, { kind: "sensor" })).join(", ") || "–";
  if (typeof value === "object") return Object.entries(value).map(([key, one]) => words(key) + " " + show(one, { kind: "sensor" })).join(", ") || "–";
  return String(value) || "–";
}

/** The unit that stands beside `show`, where that has not said it already. */
export function unitOf(value, about) {
  if (typeof value !== "number" || about.unit === "B" || about.device_class === "duration" || about.device_class === "timestamp") return "";
  return about.unit || "";
}

const CLASSES = ["battery", "connectivity", "door", "window", "opening", "garage_door", "moisture", "motion", "occupancy", "presence", "problem", "running", "smoke", "gas", "safety", "tamper", "update", "lock", "power", "plug", "light", "vibration", "sound", "heat", "cold"];
/** Device classes of binary sensors whose "on" is bad news. */
export const BAD = ["battery", "moisture", "problem", "smoke", "gas", "safety", "tamper", "heat", "cold"];

function state(value, type) {
  return CLASSES.includes(type) ? t("class." + type + (value ? ".on" : ".off")) : t(value ? "on" : "off");
}
