// Valves, flow meter, player, rain, seasons, restart.
import { html, Page as Frame, Card as Box, Cards, Button, Field, Switch, Widget, Trouble, Busy, confirm, useAbout, property, language } from "/dashboard/parts.js";
import { t } from "./texts.js";
import { Input, SaveBar, changed, useList } from "./edit.js";

/** In a component: {value, edit(change), …} of settings, an object. */
function useForm(path, target, pick) {
  const form = useList(path, target, pick);
  return { ...form, value: form.list, edit: change => form.edit({ ...form.list, ...change }) };
}

const METER = ["pin", "liter_ratio", "time_base", "max", "max_s", "none_s", "leak_l", "settle_s"];

export function Page() {
  useAbout();
  const valves = useForm("/watering/valves/config");
  const flow = useForm("/watering/flow", "/watering/flow/config", ({ flow }) => ({ flow: Object.fromEntries(METER.map(key => [key, flow[key]])) }));
  const restart = useForm("/system/reboot/config");
  const more = useForm("/watering/settings");
  return html`<${Frame} title=${t("g.settings")}>
    ${valves.error && html`<${Trouble} error=${valves.error} retry=${valves.load} />`}
    ${valves.value ? html`<${Valves} ...${valves} />` : html`<${Busy} />`}
    <${Cards}>
      ${flow.value && html`<${Flow} ...${flow} />`}
      <${Box} title=${t("g.season")} icon="datetime">${["schedules/percent", "rain/hours", "tz/zone"].map(topic => property(topic) && html`<${Widget} key=${topic} topic=${topic} />`)}<//>
      ${more.value && html`<${Player} ...${more} /><${Rain} ...${more} /><${Months} ...${more} />`}
      ${restart.value && html`<${Restart} ...${restart} />`}
    <//>
  <//>`;
}

const whole = (text, low, high) => Math.max(low, Math.min(high, Math.floor(Number(text) || low)));

function Valves({ value, edited, edit, save, undo }) {
  const set = (place, change) => edit({ valves: changed(value.valves, place, change) });
  const up = place => {
    const valves = [...value.valves];
    valves.splice(place - 1, 0, ...valves.splice(place, 1));
    edit({ valves });
  };
  const drop = async valve => (await confirm({ title: t("g.deleteq", { name: valve.name }), text: t("g.closes"), button: t("g.delete"), danger: true })) && edit({ valves: value.valves.filter(one => one !== valve) });
  const field = (key, label, low, high) => html`<${Field} label=${label}><${Input} type="number" inputmode="numeric" min=${low} max=${high} value=${value[key]} onText=${text => edit({ [key]: whole(text, low, high) })} /><//>`;
  return html`<${Box} title=${t("g.valves")} icon="valve">
    ${value.valves.map((valve, place) => html`<fieldset class="g-task" key=${valve.id === undefined ? "new" + place : valve.id}><legend>${valve.name}</legend><div class="g-grid">
      <${Field} label=${t("g.name")}><input value=${valve.name} maxlength="40" onInput=${event => set(place, { name: event.target.value })} /><//>
      <${Field} label=${t("g.pin")}><${Input} type="number" inputmode="numeric" min="0" max="255" value=${valve.pin === null || valve.pin === undefined ? "" : valve.pin} onText=${text => set(place, { pin: text === "" ? null : whole(text, 0, 255) })} /><//>
      <${Field} label=${t("g.max")}><${Input} type="number" inputmode="numeric" min="1" max="86400" value=${valve.max_s || value.max_s} onText=${text => set(place, { max_s: whole(text, 1, 86400) })} /><//>
      <div class="check"><${Switch} on=${!valve.disabled} label=${t("g.enabled") + ": " + valve.name} onChange=${on => set(place, { disabled: !on })} /><span>${t("g.enabled")}</span></div></div>
      <div class="g-line"><${Button} small label=${t("g.upvalve", { name: valve.name })} disabled=${!place} onClick=${() => up(place)}>↑<//>
        <${Button} small icon="delete" label=${t("g.delvalve", { name: valve.name })} onClick=${() => drop(valve)} /></div></fieldset>`)}
    <div class="g-line"><${Button} icon="plus" onClick=${() => edit({ valves: [...value.valves, { pin: null, name: t("g.valve"), disabled: false }] })}>${t("g.addvalve")}<//></div>
    <div class="g-grid">${field("at_once", t("g.atonce"), 1, 254)}${field("direct_s", t("g.directs"), 1, 86400)}${field("max_s", t("g.max"), 1, 86400)}
      <${Field} label=${t("g.master")}><${Input} type="number" inputmode="numeric" min="1" max="255" value=${value.master === null ? "" : value.master} placeholder=${t("g.none")}
        onText=${text => edit({ master: text === "" ? null : whole(text, 1, 255) })} /><//>
      ${field("lead_s", t("g.lead"), 0, 600)}${field("lag_s", t("g.lag"), 0, 600)}</div>
    <${SaveBar} edited=${edited} save=${save} undo=${undo} note=${t("g.closes")} />
  <//>`;
}

function Flow({ value, edited, edit, save, undo }) {
  const flow = value.flow;
  const field = (key, label, step = "any") => html`<${Field} label=${label}><${Input} type="number" inputmode="decimal" min="0" step=${step} value=${flow[key] === null ? "" : flow[key]}
    onText=${text => edit({ flow: { ...flow, [key]: text === "" ? null : Number(text) } })} /><//>`;
  return html`<${Box} title=${t("g.meter")} icon="gauge"><div class="g-grid">
    ${field("pin", t("g.pin"), 1)}${field("liter_ratio", t("g.ratio"))}${field("time_base", t("g.window"), 1)}
    ${field("max", t("g.maxrate"))}${field("max_s", t("g.maxfor"), 1)}${field("none_s", t("g.nones"), 1)}${field("leak_l", t("g.leak"))}${field("settle_s", t("g.settle"), 1)}</div>
    <${SaveBar} edited=${edited} save=${save} undo=${undo} /><//>`;
}

function Restart({ value, edited, edit, save, undo }) {
  const { active, time } = value.reboot;
  return html`<${Box} title=${t("g.restart")} icon="refresh"><div class="g-line">
    <${Switch} on=${active} label=${t("g.restart")} onChange=${on => edit({ reboot: { active: on, time: time || "03:30" } })} />
    <${Input} type="time" aria-label=${t("g.restartat")} value=${time || "03:30"} disabled=${!active} onText=${text => edit({ reboot: { active, time: text } })} /></div>
    <${SaveBar} edited=${edited} save=${save} undo=${undo} /><//>`;
}

/** A number of `section` in the settings; `empty`: it may be none. */
function Count({ form: { value, edit }, section, name, label, low, high, empty }) {
  const here = value[section];
  const set = text => edit({ [section]: { ...here, [name]: empty && text === "" ? null : whole(text, low, high) } });
  return html`<${Field} label=${label}><${Input} type="number" inputmode="numeric" min=${low} max=${high} value=${here[name] === null ? "" : here[name]} placeholder=${empty ? t("g.none") : ""} onText=${set} /><//>`;
}

function Check({ form: { value, edit }, section, name, label }) {
  return html`<div class="check"><${Switch} on=${value[section][name]} label=${label} onChange=${on => edit({ [section]: { ...value[section], [name]: on } })} /><span>${label}</span></div>`;
}

/** Whether `section` of the settings is edited. */
const isEdited = (form, section) => form.edited && form.list[section] !== form.kept[section];

function Player(form) {
  const { value: { player }, edit } = form;
  const number = (name, label, low, high) => html`<${Count} form=${form} section="player" name=${name} label=${label} low=${low} high=${high} />`;
  return html`<${Box} title=${t("g.player")} icon="play"><div class="g-grid">
    <${Field} label=${t("g.aftercut")}><select value=${player.after_power_cut} onChange=${event => edit({ player: { ...player, after_power_cut: event.target.value } })}>
      ${["continue", "drop"].map(word => html`<option key=${word} value=${word} selected=${word === player.after_power_cut}>${t("g." + word)}</option>`)}</select><//>
    ${number("continue_s", t("g.continues"), 0, 604800)}${number("save_s", t("g.saves"), 1, 3600)}${number("queue", t("g.queuelength"), 1, 64)}</div>
    <${Check} form=${form} section="player" name="resume_after_direct" label=${t("g.resumes")} />
    <${SaveBar} ...${form} edited=${isEdited(form, "player")} /><//>`;
}

function Rain(form) {
  return html`<${Box} title=${t("g.rain")} icon="water"><div class="g-grid">
    <${Count} form=${form} section="rain" name="pin" label=${t("g.pin")} low="0" high="255" empty />
    <${Count} form=${form} section="rain" name="wet" label=${t("g.wet")} low="0" high="1" />
    <${Count} form=${form} section="rain" name="dry_h" label=${t("g.dryh")} low="0" high="240" /></div>
    <${Check} form=${form} section="rain" name="stop" label=${t("g.rainstops")} />
    <${SaveBar} ...${form} edited=${isEdited(form, "rain")} /><//>`;
}

function Months(form) {
  const { value: { schedules }, edit } = form;
  const name = month => new Date(2026, month, 15).toLocaleString(language, { month: "long" });
  const set = (month, text) => edit({ schedules: { ...schedules, months: schedules.months.map((old, i) => (i === month ? whole(text, 0, 250) : old)) } });
  return html`<${Box} title=${t("g.months")} icon="datetime"><div class="g-grid">
    ${schedules.months.map((percent, month) => html`<${Field} key=${month} label=${name(month)}><${Input} type="number" inputmode="numeric" min="0" max="250" value=${percent} onText=${text => set(month, text)} /><//>`)}
    <${Count} form=${form} section="schedules" name="missed_s" label=${t("g.misseds")} low="0" high="86400" /></div>
    <${SaveBar} ...${form} edited=${isEdited(form, "schedules")} /><//>`;
}
