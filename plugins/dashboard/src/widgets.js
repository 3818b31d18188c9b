// A property as it is shown: the widget by its kind, its value live, why it was refused beside it.
import { html, useState, useEffect, useId } from "./html.js";
import { t, language, number, bytes, duration, moment } from "./text.js";
import { Icon } from "./icons.js";
import { Row, Switch, Slider, Button, Badge } from "./parts.js";
import { command, forgive, property, useCommand, useLink, useValue } from "./live.js";
import { code } from "./loading.js";
import { reason } from "./notices.js";

const SLIDER_STEPS = 1000; // a number with more is a field

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
const BAD = ["battery", "moisture", "problem", "smoke", "gas", "safety", "tamper", "heat", "cold"];

function state(value, type) {
  return CLASSES.includes(type) ? t("class." + type + (value ? ".on" : ".off")) : t(value ? "on" : "off");
}

/** The widget of a property as a line of a card. known: nothing is shown while there is no value. */
export function Widget({ topic, known }) {
  const about = property(topic);
  const value = useValue(topic);
  const { waiting, refused } = useCommand(topic);
  const link = useLink();
  const id = useId();
  if (!about || known && !about.set && (value === null || value === undefined || value === "")) return null;
  const fields = about.fields || APPLIANCES.includes(about.kind);
  const shown = waiting === undefined ? value : !fields ? waiting : waiting && typeof waiting === "object" ? { ...value, ...waiting } : value;
  const props = { topic, about, value: shown, waiting: fields ? waiting : waiting !== undefined, disabled: link !== "live", labelled: id };
  const Control = (about.set && CONTROLS[about.kind]) || (about.set ? Raw : Reading);
  const wide = about.set && (about.kind === "number" && slides(about) || about.kind === "light" && about.max !== undefined);
  return html`<div class="widget kind-${about.kind} ${shown === true || shown && shown.on === true ? "on" : ""} ${waiting === undefined ? "" : "waiting"}">
    ${fields ? html`<${Larger} ...${props} />` : html`<${Row} id=${id} label=${nameOf(topic, about)} icon=${iconOf(about)}
      note=${about.set && (about.kind === "valve" || about.kind === "switch") ? html`<span class="state">${show(shown, about)}</span>` : about.note}
      class=${wide ? "stacked" : ""}><${Control} ...${props} /><//>`}
    ${refused && html`<p class="wrong" role="alert"><span>${plain(reason(refused), topic)}</span>
      <button type="button" class="bare" aria-label=${t("close")} onClick=${() => forgive(topic)}><${Icon} name="close" size="16" /></button></p>`}
  </div>`;
}

const APPLIANCES = ["climate", "cover", "fan", "lock", "alarm_control_panel", "event"];
let appliances = null;

// What has several values is in a file that only pages with such a thing load; its values are text until it is there.
function Larger(props) {
  const [, setFound] = useState(appliances);
  useEffect(() => {
    if (!appliances) code("appliances").then(module => setFound((appliances = module)), () => {});
  }, [props.disabled]);
  if (appliances) return html`<${appliances.Appliance} ...${props} />`;
  return html`<${Row} id=${props.labelled} label=${nameOf(props.topic, props.about)} icon=${iconOf(props.about)}><${Reading} ...${props} /><//>`;
}

// The page shows beside what it stands: the reason need not name it again.
function plain(text, topic) {
  return text.startsWith(topic) ? text.slice(topic.length).replace(/^:? */, "") : text;
}

function Reading({ about, value }) {
  if (about.kind === "binary_sensor" && typeof value === "boolean") {
    const bad = BAD.includes(about.device_class);
    return html`<${Badge} kind=${value ? (bad ? "bad" : "good") : "plain"}>${show(value, about)}<//>`;
  }
  const text = show(value, about);
  return html`<span class="value ${text.length > 18 ? "long" : ""}">${text}<small>${unitOf(value, about)}</small></span>`;
}

function Toggle({ topic, value, waiting, disabled, labelled }) {
  return html`<${Switch} on=${value === true} labelled=${labelled} waiting=${waiting} disabled=${disabled} onChange=${on => command(topic, on)} />`;
}

function slides({ min, max, step = 1 }) {
  return min !== undefined && max !== undefined && (max - min) / step <= SLIDER_STEPS;
}

function Light(props) {
  const { topic, about, value, waiting, disabled, labelled } = props;
  if (about.max === undefined) return html`<${Toggle} ...${props} />`;
  const min = about.min || 0;
  return html`<${Slider} value=${value} min=${min} max=${about.max} step=${about.step || 1} unit=${about.unit || (about.max === 100 ? " %" : "")} labelled=${labelled}
      waiting=${waiting} disabled=${disabled} onChange=${level => command(topic, level)} />
    <${Switch} on=${value > min} labelled=${labelled} waiting=${waiting} disabled=${disabled} onChange=${on => command(topic, on ? about.max : min)} />`;
}

function Amount(props) {
  const { topic, about, value, waiting, disabled, labelled } = props;
  if (!slides(about)) return html`<${Raw} ...${props} type="number" />`;
  return html`<${Slider} value=${value} min=${about.min} max=${about.max} step=${about.step || (about.max - about.min > 20 ? 1 : "any")}
    unit=${about.unit ? " " + about.unit : ""} labelled=${labelled} waiting=${waiting} disabled=${disabled} onChange=${level => command(topic, level)} />`;
}

function Select({ topic, about, value, disabled, labelled }) {
  const known = about.options.includes(value);
  return html`<select value=${known ? value : ""} aria-labelledby=${labelled} disabled=${disabled} onChange=${event => command(topic, event.target.value)}>
    ${!known && html`<option value="" disabled>–</option>`}
    ${about.options.map(option => html`<option key=${option} value=${option}>${words(option)}</option>`)}
  </select>`;
}

const DATES = { date: "date", time: "time", datetime: "datetime-local" };

// A field that is sent with Enter or its button: text, numbers without bounds, and kinds that this page does not know.
function Raw({ topic, about, value, disabled, labelled, type = "text" }) {
  const date = DATES[about.kind];
  const plain = about.kind === "text" || about.kind === "number" || date;
  const text = value === null || value === undefined ? "" : plain ? String(value) : JSON.stringify(value);
  const [typed, setTyped] = useState(null);
  useEffect(() => setTyped(null), [text]);
  const send = async event => {
    event.preventDefault();
    let wanted = typed;
    if (about.kind !== "text") {
      try {
        wanted = JSON.parse(typed);
      } catch (error) {
        wanted = typed;
      }
    }
    if (await command(topic, wanted)) setTyped(null);
  };
  const edited = typed !== null && typed !== text;
  return html`<form class="send ${edited ? "edited" : ""}" onSubmit=${send}>
    <input type=${date || (about.mode === "password" ? "password" : type)} value=${typed === null ? text : typed} aria-labelledby=${labelled} disabled=${disabled}
      min=${about.kind === "number" ? about.min : undefined} max=${about.kind === "number" ? about.max : undefined} step=${date && /:\d+:\d*[1-9]/.test(text) ? 1 : date ? undefined : "any"} size="12"
      onInput=${event => setTyped(event.target.value)} onKeyDown=${event => event.key === "Escape" && setTyped(null)} />
    ${about.unit && html`<small>${about.unit}</small>`}
    ${edited && html`<button class="button main small square" aria-label=${t("send")} disabled=${disabled}><${Icon} name="check" size="18" /></button>`}
  </form>`;
}

function Press({ topic, about, waiting, disabled }) {
  const [done, setDone] = useState(false);
  const press = async () => {
    if (await command(topic, true)) {
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    }
  };
  return html`<${Button} small icon=${done ? "check" : undefined} label=${nameOf(topic, about)} disabled=${disabled || waiting} onClick=${press}>${t("press")}<//>`;
}

const CONTROLS = { switch: Toggle, valve: Toggle, light: Light, number: Amount, select: Select, text: Raw, button: Press };
