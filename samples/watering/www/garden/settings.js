// Valves, flow meter, restart.
import { html, useState, useEffect, Page as Frame, Card as Box, Cards, Button, Field, Switch, Widget, Trouble, Busy, confirm, request, fail, useUnsaved, useLoad, useAbout, property } from "/dashboard/parts.js";
import { t, saved } from "./texts.js";
import { SaveBar, changed, freeId } from "./edit.js";

/** In a component: what a GET brings, edited as a whole and posted. `pick` makes what is posted of what is edited. */
function useForm(path, target = path, pick = value => value) {
  const load = useLoad(path);
  const [value, setValue] = useState(null);
  useEffect(() => setValue(null), [load.data]);
  const edited = value !== null;
  const save = async () => {
    try {
      await request("POST", target, pick(value));
      saved();
      load.load();
    } catch (error) {
      fail(error);
    }
  };
  return { value: value || load.data, error: load.error, load: load.load, edited, save, undo: () => setValue(null), edit: change => setValue({ ...(value || load.data), ...change }) };
}

export function Page() {
  useAbout();
  const valves = useForm("/watering/valves/config");
  const flow = useForm("/watering/flow", "/watering/flow/config", ({ flow: { pin, liter_ratio, max, none_s, leak_l } }) => ({ flow: { pin, liter_ratio, max, none_s, leak_l } }));
  const restart = useForm("/system/reboot/config");
  useUnsaved(valves.edited || flow.edited || restart.edited);
  return html`<${Frame} title=${t("g.settings")}>
    ${valves.error && html`<${Trouble} error=${valves.error} retry=${valves.load} />`}
    ${valves.value ? html`<${Valves} ...${valves} />` : html`<${Busy} />`}
    <${Cards}>
      ${flow.value && html`<${Flow} ...${flow} />`}
      <${Box} title=${t("g.season")} icon="datetime">${["schedules/percent", "rain/hours", "tz/zone"].map(topic => property(topic) && html`<${Widget} key=${topic} topic=${topic} />`)}<//>
      ${restart.value && html`<${Restart} ...${restart} />`}
    <//>
  <//>`;
}

const whole = (event, low, high) => Math.max(low, Math.min(high, Math.floor(Number(event.target.value) || low)));

function Valves({ value, edited, edit, save, undo }) {
  const set = (place, change) => edit({ valves: changed(value.valves, place, change) });
  const up = place => {
    const valves = [...value.valves];
    valves.splice(place - 1, 0, ...valves.splice(place, 1));
    edit({ valves });
  };
  const drop = async valve => (await confirm({ title: t("g.deleteq", { name: valve.name }), text: t("g.closes"), button: t("g.delete"), danger: true })) && edit({ valves: value.valves.filter(one => one !== valve) });
  const field = (key, label, low, high) => html`<${Field} label=${label}><input type="number" inputmode="numeric" min=${low} max=${high} value=${value[key]} onChange=${event => edit({ [key]: whole(event, low, high) })} /><//>`;
  return html`<${Box} title=${t("g.valves")} icon="valve">
    ${value.valves.map((valve, place) => html`<fieldset class="g-task" key=${valve.id}><legend>${valve.name}</legend><div class="g-grid">
      <${Field} label=${t("g.name")}><input value=${valve.name} maxlength="40" onInput=${event => set(place, { name: event.target.value })} /><//>
      <${Field} label=${t("g.pin")}><input type="number" inputmode="numeric" min="0" max="255" value=${valve.pin === null || valve.pin === undefined ? "" : valve.pin} onChange=${event => set(place, { pin: event.target.value === "" ? null : whole(event, 0, 255) })} /><//>
      <${Field} label=${t("g.max")}><input type="number" inputmode="numeric" min="1" max="86400" value=${valve.max_s || value.max_s} onChange=${event => set(place, { max_s: whole(event, 1, 86400) })} /><//>
      <div class="check"><${Switch} on=${!valve.disabled} label=${t("g.enabled") + ": " + valve.name} onChange=${on => set(place, { disabled: !on })} /><span>${t("g.enabled")}</span></div></div>
      <div class="g-line"><${Button} small label=${t("g.upvalve", { name: valve.name })} disabled=${!place} onClick=${() => up(place)}>↑<//>
        <${Button} small icon="delete" label=${t("g.delvalve", { name: valve.name })} onClick=${() => drop(valve)} /></div></fieldset>`)}
    <div class="g-line"><${Button} icon="plus" onClick=${() => edit({ valves: [...value.valves, { id: freeId(value.valves, 0), pin: null, name: t("g.valve"), disabled: false }] })}>${t("g.addvalve")}<//></div>
    <div class="g-grid">${field("at_once", t("g.atonce"), 1, 254)}${field("direct_s", t("g.directs"), 1, 86400)}${field("max_s", t("g.max"), 1, 86400)}
      <${Field} label=${t("g.master")}><input type="number" inputmode="numeric" min="1" max="255" value=${value.master === null ? "" : value.master} placeholder=${t("g.none")}
        onChange=${event => edit({ master: event.target.value === "" ? null : whole(event, 1, 255) })} /><//>
      ${field("lead_s", t("g.lead"), 0, 600)}${field("lag_s", t("g.lag"), 0, 600)}</div>
    <${SaveBar} edited=${edited} save=${save} undo=${undo} note=${t("g.closes")} />
  <//>`;
}

function Flow({ value, edited, edit, save, undo }) {
  const flow = value.flow;
  const field = (key, label, step = "any") => html`<${Field} label=${label}><input type="number" inputmode="decimal" min="0" step=${step} value=${flow[key] === null ? "" : flow[key]}
    onChange=${event => edit({ flow: { ...flow, [key]: event.target.value === "" ? null : Number(event.target.value) } })} /><//>`;
  return html`<${Box} title=${t("g.meter")} icon="gauge"><div class="g-grid">
    ${field("pin", t("g.pin"), 1)}${field("liter_ratio", t("g.ratio"))}${field("max", t("g.maxrate"))}${field("none_s", t("g.nones"), 1)}${field("leak_l", t("g.leak"))}</div>
    <${SaveBar} edited=${edited} save=${save} undo=${undo} /><//>`;
}

function Restart({ value, edited, edit, save, undo }) {
  const { active, time } = value.reboot;
  return html`<${Box} title=${t("g.restart")} icon="refresh"><div class="g-line">
    <${Switch} on=${active} label=${t("g.restart")} onChange=${on => edit({ reboot: { active: on, time: time || "03:30" } })} />
    <input type="time" aria-label=${t("g.restartat")} value=${time || "03:30"} disabled=${!active} onChange=${event => edit({ reboot: { active, time: event.target.value } })} /></div>
    <${SaveBar} edited=${edited} save=${save} undo=${undo} /><//>`;
}
