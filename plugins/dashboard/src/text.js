// Texts and numbers in the reader's language. The texts are in the page itself: see index.html.

const data = JSON.parse(document.getElementById("data").textContent);

/** The two letters of the language that the page is in. */
export const language = data.language;

/** The files of pages and libraries by their plain names: they have hashes in the real ones. */
export const files = data.files;

/** The text of a key; `{name}` in it is taken from `values`. */
export function t(key, values) {
  const text = data.texts[key];
  if (text === undefined) return key;
  return values ? text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all)) : text;
}

/** A text that a module brings: a string, or one a language as {en, de}. */
export function said(text) {
  return text && typeof text === "object" ? text[language] || text.en || Object.values(text)[0] || "" : text || "";
}

/** Add texts of a page of one's own: {en: {key: text}, de: {...}}. */
export function addTexts(texts) {
  Object.assign(data.texts, texts.en, texts[language]);
  patterns = null;
}

let patterns = null; // [pattern of a text of the device, the reader's text for it], the longest first

/**
 * A text of the device in the reader's language, else as it is. Keys that begin with ~ say which are known: `*` in one
 * stands for any text, which is {1}, {2} in the reader's, and may be known in turn.
 */
export function heard(text) {
  patterns = patterns || Object.keys(data.texts).filter(key => key[0] === "~").sort((a, b) => b.length - a.length)
    .map(key => [new RegExp("^" + key.slice(1).replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "(.*?)") + "$", "s"), data.texts[key]]);
  for (const [pattern, own] of patterns) {
    const found = pattern.exec(text);
    if (found) return own.replace(/\{(\d)\}/g, (all, place) => heard(found[place]));
  }
  const found = patterns.length && /^(.{1,40}?): (.+)$/s.exec(text);
  return found ? found[1] + ": " + heard(found[2]) : text;
}

const formats = new Map();

/** A number as the reader writes it; digits: how many after the point at most. */
export function number(value, digits = 2) {
  if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat(language, { maximumFractionDigits: digits }));
  return formats.get(digits).format(value);
}

/** Bytes in the unit that fits: 4.2 KB. */
export function bytes(value) {
  let unit = 0;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit++;
  }
  return number(value, unit && value < 100 ? 1 : 0) + " " + ["B", "KB", "MB", "GB", "TB"][unit];
}

/** A time in seconds as words: 2 h 5 min. */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  const parts = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "min"], [s % 60, "s"]];
  const from = parts.findIndex(part => part[0]);
  return from < 0 ? "0 s" : parts.slice(from, from + 2).filter(part => part[0]).map(part => part.join(" ")).join(" ");
}

/** The time of day, and the date when it is not today; seconds: since 1970. */
export function moment(seconds) {
  const when = new Date(seconds * 1000);
  const today = when.toDateString() === new Date().toDateString();
  return when.toLocaleString(language, { timeStyle: "medium", dateStyle: today ? undefined : "medium" });
}
