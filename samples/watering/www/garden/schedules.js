// Schedules: which program starts when.
import { html, Page as Frame, Card as Box, Button, Field, Switch, Trouble, Busy, Empty, confirm, language, useLoad } from "/dashboard/parts.js";
import { t } from "./texts.js";
import { Input, useList, SaveBar, changed, freeId } from "./edit.js";

const NEW = { active: true, times: ["06:00"], dow: Array(7).fill(true), days: "any", every: 1, from: null, to: null };

export function Page() {
  const schedules = useList("/watering/scheduled");
  const programs = useLoad("/watering/programs");
  const list = schedules.list;
  const add = () => schedules.edit([...list, { ...NEW, id: freeId(list), name: t("g.newschedule"), program: programs.data[0].id }]);
  return html`<${Frame} title=${t("g.schedules")} actions=${list && html`<${Button} icon="plus" disabled=${!programs.data || !programs.data.length} onClick=${add}>${t("g.add")}<//>`}>
    ${schedules.error && html`<${Trouble} error=${schedules.error} retry=${schedules.load} />`}
    ${!list || !programs.data ? !schedules.error && html`<${Busy} />` : list.length === 0 ? html`<${Empty} icon="clock">${t("g.nodays")}<//>` :
      list.map((one, place) => html`<${Schedule} key=${one.id} schedule=${one} programs=${programs.data}
        edit=${change => schedules.edit(changed(list, place, change))} remove=${() => schedules.edit(list.filter(other => other !== one))} />`)}
    <${SaveBar} ...${schedules} />
  <//>`;
}

const weekday = (day, weekday) => new Date(Date.UTC(2023, 0, 1 + day)).toLocaleDateString(language, { weekday, timeZone: "UTC" });

function Schedule({ schedule, programs, edit, remove }) {
  const drop = async () =>
    (await confirm({ title: t("g.deleteq", { name: schedule.name }), text: t("g.sures"), button: t("g.delete"), danger: true })) && remove();
  const time = (place, text) => edit({ times: schedule.times.map((one, i) => (i === place ? text : one)) });
  const text = key => value => edit({ [key]: value.trim() || null });
  return html`<${Box} title=${schedule.name} icon="clock">
    <div class="g-grid">
      <${Field} label=${t("g.name")}><input value=${schedule.name} maxlength="40" required onInput=${event => edit({ name: event.target.value })} /><//>
      <${Field} label=${t("g.program")}><select value=${schedule.program} onChange=${event => edit({ program: Number(event.target.value) })}>
        ${programs.map(program => html`<option key=${program.id} value=${program.id}>${program.name}</option>`)}</select><//>
      <div class="check"><${Switch} on=${schedule.active} label=${t("g.active") + ": " + schedule.name} onChange=${active => edit({ active })} /><span>${t("g.active")}</span></div>
    </div>
    <fieldset class="g-minutes"><legend>${t("g.times")}</legend>
      ${schedule.times.map((one, i) => html`<span class="g-line" key=${i}><${Input} type="time" value=${one} required aria-label=${t("g.time", { n: i + 1 })} onText=${text => time(i, text)} />
        <${Button} small icon="delete" label=${t("g.deltime", { n: i + 1 })} onClick=${() => edit({ times: schedule.times.filter((_, k) => k !== i) })} /></span>`)}
      <${Button} small icon="plus" disabled=${schedule.times.length >= 8} onClick=${() => edit({ times: [...schedule.times, "12:00"] })}>${t("g.addtime")}<//>
    </fieldset>
    <fieldset class="g-minutes"><legend>${t("g.weekdays")}</legend>
      ${schedule.dow.map((on, day) => html`<label class="g-chip" key=${day}><input type="checkbox" checked=${on} aria-label=${weekday(day, "long")}
        onChange=${event => edit({ dow: schedule.dow.map((one, i) => (i === day ? event.target.checked : one)) })} /><span aria-hidden="true">${weekday(day, "short")}</span></label>`)}
    </fieldset>
    <div class="g-grid">
      <${Field} label=${t("g.dayrule")}><select value=${schedule.days} onChange=${event => edit({ days: event.target.value })}>
        ${["any", "odd", "even"].map(one => html`<option key=${one} value=${one}>${t("g." + one)}</option>`)}</select><//>
      <${Field} label=${t("g.every")}><${Input} type="number" inputmode="numeric" min="1" max="366" value=${schedule.every} onText=${text => edit({ every: Math.max(1, Math.floor(Number(text) || 1)) })} /><//>
      <${Field} label=${t("g.from")}><${Input} value=${schedule.from || ""} maxlength="10" placeholder="–" onText=${text("from")} /><//>
      <${Field} label=${t("g.to")}><${Input} value=${schedule.to || ""} maxlength="10" placeholder="–" onText=${text("to")} /><//>
    </div>
    <p><small>${t("g.dates")}</small></p>
    <div class="g-line"><${Button} small kind="danger" icon="delete" label=${t("g.delete") + ": " + schedule.name} onClick=${drop} /></div>
  <//>`;
}
