// What has more than one value: lights with colour, covers, fans, climate, locks, alarms, events.
import { html, useEffect, useId, useRef, useState } from "./html.js";
import { number, moment } from "./text.js";
import { Row, Switch, Slider, Button, Badge } from "./parts.js";
import { command, onEvent } from "./live.js";
import { iconOf, nameOf, word } from "./wording.js";

const LEVELS = { brightness: [0, 100, 1, " %"], position: [0, 100, 1, " %"], tilt: [0, 100, 1, " %"], speed: [0, 100, 1, " %"], temperature: [2000, 6500, 100, " K"] };
const MODES = ["off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only"];
const USUAL = { cover: ["state", "action"], fan: ["on", "speed"], climate: ["mode", "target", "temperature"] };
const GOOD = ["locked", "heating", "armed_home", "armed_away", "armed_night", "open"];
const BAD = ["jammed", "triggered"];
const WARN = ["unlocked", "pending", "arming"];

/** The content of a widget: its first line, and a line for each field. */
export function Appliance(props) {
  const Content = { lock: Words, alarm_control_panel: Words, event: Happened }[props.about.kind] || Fields;
  return html`<${Content} ...${props} />`;
}

function Head({ topic, about, id, note, children }) {
  return html`<${Row} id=${id} label=${nameOf(topic, about)} icon=${iconOf(about)} note=${note || about.note}>${children}<//>`;
}

function State({ value }) {
  return html`<${Badge} kind=${BAD.includes(value) ? "bad" : WARN.includes(value) ? "warn" : GOOD.includes(value) ? "good" : "plain"}>${word(value)}<//>`;
}

const ORDERS = { lock: ["unlock", "lock"], alarm_control_panel: ["disarm", "arm_home", "arm_away", "arm_night"] };
const DONE = { locked: "lock", unlocked: "unlock", disarmed: "disarm", armed_home: "arm_home", armed_away: "arm_away", armed_night: "arm_night" };

function Words({ topic, about, value, waiting, disabled, labelled }) {
  return html`<${Head} topic=${topic} about=${about} id=${labelled}><${State} value=${value} /><//>
    ${about.set && html`<div class="orders" role="group" aria-labelledby=${labelled}>
      ${ORDERS[about.kind].filter(order => order !== DONE[value]).map(order => html`<${Button} key=${order} small disabled=${disabled} icon=${order.includes("unlock") ? "lock-open" : "lock"}
        kind=${waiting === order ? "waiting" : ""} onClick=${() => command(topic, order)}>${word(order)}<//>`)}</div>`}`;
}

function Happened({ topic, about, value, labelled }) {
  const [last, setLast] = useState({ value });
  useEffect(() => onEvent((one, found) => one === topic && found !== null && setLast({ value: found, at: Date.now() / 1000 })), [topic]);
  return html`<${Head} topic=${topic} about=${about} id=${labelled} note=${last.at && moment(last.at)}>
    <span key=${last.at} class="value ${last.at ? "happened" : ""}" aria-live="polite">${word(last.value)}</span><//>`;
}

function Fields(props) {
  const { topic, about, value, waiting, disabled, labelled } = props;
  const fields = about.fields || USUAL[about.kind];
  const known = value && typeof value === "object" ? value : {};
  const asked = waiting && typeof waiting === "object" ? waiting : {};
  const line = { ...props, known, set: about.set && !disabled ? (field, one) => command(topic, { [field]: one }) : null, asked };
  const has = name => fields.includes(name);
  return html`<${Head} topic=${topic} about=${about} id=${labelled}
      note=${about.kind === "climate" && has("temperature") && html`<b>${measured(known.temperature, about.unit || "°C")}</b>${has("humidity") && " · " + measured(known.humidity, "%")}${has("action") && known.action && " · " + word(known.action)}`}>
    ${has("state") && html`<${State} value=${known.state} />`}
    ${has("action") && about.kind === "cover" && about.set && html`<${Moves} ...${line} />`}
    ${has("on") && html`<${Switch} on=${known.on === true} labelled=${labelled} waiting=${"on" in asked} disabled=${!line.set} onChange=${on => line.set("on", on)} />`}
    <//>${fields.filter(name => LINES[name] && !(about.kind === "climate" && name === "temperature")).map(name => html`<${Line} key=${name} ...${line} field=${name} />`)}`;
}

function measured(value, unit) {
  return value === undefined || value === null ? "–" : number(value, 1) + " " + unit;
}

function Moves({ known, set, labelled }) {
  const move = action => html`<${Button} small icon=${"move-" + action} label=${word(action)} disabled=${!set || action !== "stop" && known.position === undefined && known.state === { open: "open", close: "closed" }[action]} onClick=${() => set("action", action)} />`;
  return html`<span class="moves" role="group" aria-labelledby=${labelled}>${move("open")}${move("stop")}${move("close")}</span>`;
}

// field -> what sets it
const LINES = { brightness: Level, position: Level, tilt: Level, speed: Level, temperature: Level, target: Level, color: Color, effect: Choice, preset: Choice, fan: Choice, mode: Choice, direction: Choice, oscillating: Flag };
const CHOICES = { effect: "effects", preset: "presets", fan: "fans", mode: "modes" };

function Line(props) {
  const id = useId();
  const { about, field, labelled, known, asked } = props;
  const Control = LINES[field];
  const label = word(field);
  const value = known[field];
  const range = Control === Level && bounds(about, field, value);
  return html`<div class="field-line ${field in asked ? "waiting" : ""}"><span id=${id}>${label}</span>
    ${about.set ? html`<${Control} ...${props} value=${value} range=${range} label=${labelled + " " + id} waiting=${field in asked} />`
      : html`<span class="value">${range ? measured(value, range[3]) : Array.isArray(value) ? value.join(", ") : word(value)}</span>`}</div>`;
}

function bounds(about, field, value) {
  if (field !== "target") {
    const [min, max, step, unit] = LEVELS[field];
    return [Math.min(min, value || min), Math.max(max, value || max), step, unit];
  }
  return [about.min === undefined ? 5 : about.min, about.max === undefined ? 35 : about.max, about.step || 0.5, " " + (about.unit || "°C")];
}

function Level({ field, value, range: [min, max, step, unit], set, label, waiting }) {
  const shown = value === undefined ? null : value;
  return html`${field === "target" && html`<${Step} by=${-step} ...${{ value, min, max, set }} />`}
    <${Slider} class=${field === "temperature" ? "kelvin" : ""} value=${shown} min=${min} max=${max} step=${step} unit=${unit} labelled=${label} waiting=${waiting} disabled=${!set} onChange=${one => set(field, one)} />
    ${field === "target" && html`<${Step} by=${step} ...${{ value, min, max, set }} />`}`;
}

function Step({ by, value, min, max, set }) {
  const wanted = Math.round((Number(value) + by) * 1000) / 1000;
  return html`<${Button} small icon=${by < 0 ? "minus" : "plus"} label=${word(by < 0 ? "less" : "more")} disabled=${!set || !(wanted >= min && wanted <= max)} onClick=${() => set("target", wanted)} />`;
}

function Color({ value, set, label }) {
  const hex = "#" + (value || [255, 255, 255]).map(one => Math.round(one).toString(16).padStart(2, "0")).join("");
  const place = useRef();
  // The browser tells of each colour on the way, too; the one that is left counts.
  useEffect(() => {
    const done = () => set && set("color", [1, 3, 5].map(at => parseInt(place.current.value.slice(at, at + 2), 16)));
    place.current.addEventListener("change", done);
    return () => place.current && place.current.removeEventListener("change", done);
  });
  return html`<input ref=${place} type="color" value=${hex} aria-labelledby=${label} disabled=${!set} />`;
}

function Choice({ about, field, value, set, label }) {
  const options = field === "direction" ? ["forward", "reverse"] : about[CHOICES[field]] || (field === "mode" ? MODES : []);
  const known = options.includes(value);
  return html`<select value=${known ? value : ""} aria-labelledby=${label} disabled=${!set} onChange=${event => set(field, event.target.value)}>
    ${!known && html`<option value="" disabled>–</option>`}${options.map(one => html`<option key=${one} value=${one}>${word(one)}</option>`)}</select>`;
}

function Flag({ field, value, set, label, waiting }) {
  return html`<${Switch} on=${value === true} labelled=${label} waiting=${waiting} disabled=${!set} onChange=${on => set(field, on)} />`;
}
