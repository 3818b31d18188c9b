// Programs and their tasks.
import { html, useState, Page as Frame, Card as Box, Button, Field, Switch, Trouble, Busy, Empty, confirm, notify, useLoad } from "/dashboard/parts.js";
import { t, act, duration } from "./texts.js";
import { Input, useList, SaveBar, changed, freeId } from "./edit.js";

export function Page() {
  const programs = useList("/watering/programs");
  const schedules = useLoad("/watering/scheduled");
  const valves = useLoad("/watering/valves");
  const list = programs.list;
  const add = () => programs.edit([...list, { id: freeId(list), name: t("g.newprogram"), active: true, tasks: [{}] }]);
  return html`<${Frame} title=${t("g.plan")} actions=${list && html`<${Button} icon="plus" onClick=${add}>${t("g.add")}<//>`}>
    ${programs.error && html`<${Trouble} error=${programs.error} retry=${programs.load} />`}
    ${!list || !valves.data ? !programs.error && html`<${Busy} />` : list.length === 0 ? html`<${Empty} icon="play">${t("g.newprogram")}<//>` :
      list.map((program, place) => html`<${Program} key=${program.id} program=${program} edited=${programs.edited} valves=${valves.data} used=${(schedules.data || []).find(one => one.program === program.id)}
        edit=${change => programs.edit(changed(list, place, change))} remove=${() => programs.edit(list.filter(one => one !== program))} />`)}
    <${SaveBar} ...${programs} />
  <//>`;
}

function Program({ program, valves, used, edited, edit, remove }) {
  const lasts = program.tasks.reduce((sum, task) => sum + Math.max(0, ...Object.values(task)), 0);
  const task = (place, change) => edit({ tasks: program.tasks.map((one, i) => (i === place ? change : one)) });
  const move = (place, by) => {
    const tasks = [...program.tasks];
    tasks.splice(place + by, 0, ...tasks.splice(place, 1));
    edit({ tasks });
  };
  const play = async () => (await act("/watering/program/play/" + program.id)) && notify(t("g.queued", { name: program.name }));
  const drop = async () => {
    if (used) return notify(t("g.inuse", { name: used.name }), "bad");
    return (await confirm({ title: t("g.deleteq", { name: program.name }), text: t("g.surep"), button: t("g.delete"), danger: true })) && remove();
  };
  return html`<${Box} title=${program.name} icon="play" aside=${html`<small>${t("g.takes", { time: duration(lasts) })}</small>`}>
    <div class="g-grid"><${Field} label=${t("g.name")}><input value=${program.name} maxlength="40" required onInput=${event => edit({ name: event.target.value })} /><//>
      <div class="check"><${Switch} on=${program.active} label=${t("g.active") + ": " + program.name} onChange=${active => edit({ active })} /><span>${t("g.active")}</span></div></div>
    ${program.tasks.map((one, place) => html`<${Task} key=${place} n=${place + 1} last=${place === program.tasks.length - 1} task=${one} valves=${valves}
      edit=${change => task(place, change)} move=${by => move(place, by)} remove=${() => edit({ tasks: program.tasks.filter((_, i) => i !== place) })} />`)}
    <div class="g-line">
      <${Button} small icon="plus" onClick=${() => edit({ tasks: [...program.tasks, {}] })}>${t("g.addtask")}<//>
      <${Button} small kind="main" icon="play" disabled=${edited} label=${t("g.playprogram", { name: program.name })} onClick=${play}>${t("g.play")}<//>
      <${Button} small kind="danger" icon="delete" label=${t("g.delete") + ": " + program.name} onClick=${drop} />
    </div>
  <//>`;
}

function Task({ n, last, task, valves, edit, move, remove }) {
  const set = (id, text) => {
    const seconds = Math.max(0, Math.min(86400, Math.floor(Number(text) || 0)));
    const { [id]: gone, ...rest } = task;
    edit(seconds ? { ...rest, [id]: seconds } : rest);
  };
  const unknown = Object.keys(task).filter(id => !valves.some(valve => String(valve.id) === id));
  return html`<fieldset class="g-task"><legend>${t("g.task", { n })}</legend>
    <div class="g-grid">
      ${valves.map(valve => html`<${Field} key=${valve.id} label=${valve.name}><${Input} type="number" inputmode="numeric" min="0" max=${valve.max_s} value=${task[valve.id] || ""} placeholder="0"
        aria-label=${t("g.seconds", { name: valve.name })} onText=${text => set(String(valve.id), text)} /><//>`)}
      ${unknown.map(id => html`<${Field} key=${id} label=${t("g.unknown", { id })} error=${" "}><${Input} type="number" value=${task[id]} aria-label=${t("g.unknown", { id })} onText=${text => set(id, text)} /><//>`)}
    </div>
    <div class="g-line"><${Button} small label=${t("g.up", { n })} disabled=${n === 1} onClick=${() => move(-1)}>↑<//>
      <${Button} small label=${t("g.down", { n })} disabled=${last} onClick=${() => move(1)}>↓<//>
      <${Button} small icon="delete" label=${t("g.deltask", { n })} onClick=${remove} /></div>
  </fieldset>`;
}
