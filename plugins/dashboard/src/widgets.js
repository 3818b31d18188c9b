// A property as it is shown: the widget by its kind, its value live, why it was refused beside it.
import { html, useState, useEffect, useId } from "./html.js";
import { t } from "./text.js";
import { Icon } from "./icons.js";
import { Row, Switch, Slider, Button, Badge } from "./parts.js";
import { command, forgive, property, useCommand, useLink, useValue } from "./live.js";
import { reason } from "./notices.js";
import { BAD, iconOf, nameOf, show, unitOf, words } from "./wording.js";
import { Appliance } from "./appliances.js";

const SLIDER_STEPS = 1000; // a number with more is a field

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
  const bad = shown === true && about.kind === "binary_sensor" && BAD.includes(about.device_class);
  const wide = about.set && (about.kind === "number" && slides(about) || about.kind === "light" && about.max !== undefined);
  return html`<div class="widget kind-${about.kind} ${shown === true || shown && shown.on === true ? "on" : ""} ${bad ? "bad" : ""} ${waiting === undefined ? "" : "waiting"}">
    ${fields ? html`<${Appliance} ...${props} />` : html`<${Row} id=${id} label=${nameOf(topic, about)} icon=${iconOf(about)}
      note=${about.set && (about.kind === "valve" || about.kind === "switch") ? html`<span class="state">${show(shown, about)}</span>` : about.note}
      class=${wide ? "stacked" : ""}><${Control} ...${props} /><//>`}
    ${refused && html`<p class="wrong" role="alert"><span>${plain(reason(refused), topic)}</span>
      <button type="button" class="bare" aria-label=${t("close")} onClick=${() => forgive(topic)}><${Icon} name="close" size="16" /></button></p>`}
  </div>`;
}

const APPLIANCES = ["climate", "cover", "fan", "lock", "alarm_control_panel", "event"];

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
