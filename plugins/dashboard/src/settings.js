// Settings of one section as a form, made from the schema that the plugin's manifest has.
import { html, useState, useEffect } from "./html.js";
import { t, heard } from "./text.js";
import { request } from "./request.js";
import { Page, Card, Button, Field, Badge, Loaded, Switch, useLoad } from "./parts.js";
import { Icon } from "./icons.js";
import { confirm } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { moduleName, words } from "./wording.js";
import { go, useUnsaved } from "./shell.js";

/** The page of a section. */
export default function Settings({ section }) {
  const path = "/api/admin/settings/" + encodeURIComponent(section);
  const load = useLoad(path);
  const title = section === "device" ? t("modules.device") : moduleName(section);
  return html`<${Page} title=${title} actions=${html`<${Button} onClick=${() => go("modules")}>${t("back")}<//>`}>
    <${Loaded} load=${load}>${data => html`<${Form} key=${JSON.stringify(data.fields)} data=${data} path=${path} load=${load.load} />`}<//>
  <//>`;
}

/** The form; also for other pages, which show some keys only. */
export function Form({ data, path, load, only }) {
  const fields = data.fields.filter(field => !only || only.includes(field.key));
  const [changed, setChanged] = useState({});
  const [wrong, setWrong] = useState({});
  const [done, setDone] = useState(null);
  const dirty = Object.keys(changed).length > 0;
  useUnsaved(dirty);
  const set = (key, value) => {
    setChanged(old => {
      const found = { ...old, [key]: value };
      if (value === undefined) delete found[key];
      return found;
    });
    setWrong(old => ({ ...old, [key]: undefined }));
  };
  const save = async event => {
    event.preventDefault();
    const values = {};
    const secrets = {};
    const bad = {};
    for (const field of fields) {
      if (!(field.key in changed)) continue;
      try {
        (field.secret ? secrets : values)[field.key] = read(field, changed[field.key]);
      } catch (error) {
        bad[field.key] = t("settings.json");
      }
    }
    setWrong(bad);
    if (Object.keys(bad).length) return;
    try {
      const found = await request("PUT", path, { values, secrets });
      setChanged({});
      setDone(found);
      await load();
      told(found, data.section);
    } catch (error) {
      if (error.detail && error.detail.fields) setWrong(error.detail.fields);
      else fail(error, t("settings.notsaved"));
    }
  };
  const undo = async () => {
    try {
      const found = await request("POST", path, { action: "undo" });
      setChanged({});
      setDone(null);
      await load();
      told(found, data.section);
    } catch (error) {
      fail(error);
    }
  };
  const failed = done && done.state && done.state !== "RUNNING" ? done : data.state && data.state !== "RUNNING" && data.undo ? data : null;
  return html`<form onSubmit=${save} noValidate>
    ${failed && html`<div class="trouble" role="alert"><${Icon} name="alert" /><p>${t("settings.fails", { error: failed.error ? heard(failed.error) : t("state." + failed.state) })}</p>
      ${failed.undo && html`<${Button} icon="refresh" onClick=${undo}>${t("settings.undo")}<//>`}</div>`}
    <${Card}>
      ${fields.length ? fields.map(field => html`<${Entry} key=${field.key} field=${field} value=${changed[field.key]} edited=${field.key in changed}
        error=${wrong[field.key] && heard(wrong[field.key])} set=${value => set(field.key, value)} />`) : html`<p class="soft">${t("settings.none")}</p>`}
      ${data.unknown.length && !only ? html`<p class="soft">${t("settings.unknown", { names: data.unknown.join(", ") })}</p>` : null}
    <//>
    <div class="buttons ${dirty ? "sticky" : ""}">
      ${data.undo && !failed && html`<${Button} onClick=${undo}>${t("settings.undo")}<//>`}
      ${dirty && html`<${Button} onClick=${() => (setChanged({}), setWrong({}))}>${t("settings.discard")}<//>`}
      <button class="button main" disabled=${!dirty}>${t("save")}</button>
    </div>
  </form>`;
}

function told(found, section) {
  if (found.restart) {
    notify(t("settings.restart"));
  } else if (found.later) notify(t("settings.later"));
  else if (!found.state || found.state === "RUNNING") notify(t("settings.saved", { name: moduleName(section) }));
}

// What a field holds as text, and back.
function write(field, value) {
  if (value === null || value === undefined) return "";
  return typeof value === "string" && field.type.includes("string") ? value : compact(value);
}

function compact(value) {
  const text = JSON.stringify(value);
  return text.length > 60 ? JSON.stringify(value, null, 1) : text;
}

function read(field, text) {
  if (text === null || typeof text === "boolean" || typeof text === "object") return text;
  if (field.options) return text;
  const types = field.type.split(" ");
  if (types.includes("string")) return text;
  if (text.trim() === "") return null;
  if (types.some(type => type === "integer" || type === "number") && !isNaN(Number(text))) return Number(text);
  if (isWords(field)) return text.split("\n").map(one => one.trim()).filter(Boolean);
  return JSON.parse(text);
}

function lines(field) {
  return /list|object|array/.test(field.type);
}

function isWords(field) {
  const list = Array.isArray(field.value) && field.value.length ? field.value : field.default;
  return field.type === "list" && Array.isArray(list) && list.length > 0 && list.every(one => typeof one === "string");
}

function Entry({ field, value, edited, error, set }) {
  const label = html`${words(field.key)} <code class="soft">${field.key}</code>${edited ? html` <${Badge} kind="warn">${t("settings.edited")}<//>` : null}`;
  const standard = field.default === null || field.default === undefined || field.secret ? "" : t("settings.default", { value: short(field.default) });
  const note = html`${heard(field.meaning)}${standard && html`${field.meaning && " · "}<span class="soft">${standard}</span>`}
    ${field.set && !field.secret && !edited ? html` <button type="button" class="link-button" onClick=${() => set(null)}>${t("settings.reset")}</button>` : null}`;
  if (field.secret) return html`<${Secret} field=${field} label=${label} error=${error} value=${value} set=${set} />`;
  const shown = edited ? value : field.value;
  if (field.type === "boolean") {
    return html`<div class="field ${error ? "bad" : ""}"><div class="check"><span id=${"key-" + field.key} class="grow"><b>${label}</b></span>
      <${Switch} on=${shown === null ? field.default : shown} labelled=${"key-" + field.key} onChange=${on => set(on)} /></div><small>${note}</small>
      ${error && html`<small class="wrong" role="alert">${error}</small>`}</div>`;
  }
  if (value === null && edited) {
    return html`<${Field} label=${label} error=${error} note=${note}><div class="send"><input disabled value=${short(field.default)} />
      <${Button} small onClick=${() => set(undefined)}>${t("settings.keep")}<//></div><//>`;
  }
  if (field.options) {
    return html`<${Field} label=${label} note=${note} error=${error}><select value=${String(shown)} onChange=${event => set(field.options.find(option => String(option) === event.target.value))}>
      ${field.options.map(option => html`<option key=${option} value=${String(option)}>${String(option)}</option>`)}</select><//>`;
  }
  const text = edited ? value : isWords(field) ? field.value.join("\n") : write(field, shown);
  if (lines(field)) {
    return html`<${Field} label=${label} note=${note} error=${error}><textarea rows=${Math.min(12, Math.max(2, text.split("\n").length))} spellcheck=${false} value=${text}
      onInput=${event => set(event.target.value)} /><//>`;
  }
  const number = /^(integer|number)$/.test(field.type);
  return html`<${Field} label=${label} note=${note} error=${error}><input type=${number ? "number" : "text"} step=${field.type === "integer" ? 1 : "any"} min=${field.min} max=${field.max}
    value=${text} onInput=${event => set(event.target.value)} /><//>`;
}

function short(value) {
  const text = typeof value === "string" ? value || "“”" : JSON.stringify(value);
  return text.length > 60 ? text.slice(0, 60) + " …" : text;
}

function Secret({ field, label, error, value, set }) {
  const [name, setName] = useState("");
  const many = /object/.test(field.type);
  const forget = async what => {
    if (await confirm({ title: t("settings.forget"), text: t("settings.forget.text", { name: what }), button: t("settings.forget"), danger: true })) set(many ? { ...value, [what]: null } : null);
  };
  const note = html`${heard(field.meaning)}${field.meaning && " · "}<span class="soft">${t(field.set ? "settings.secret.set" : "settings.secret.none")}</span>`;
  if (!many) {
    return html`<${Field} label=${label} note=${note} error=${error}><div class="send">
      <input type="password" autocomplete="new-password" placeholder=${field.set ? "••••••••" : ""} value=${value || ""} onInput=${event => set(event.target.value || undefined)} />
      ${field.set && html`<${Button} small icon="delete" label=${t("settings.forget") + " " + field.key} onClick=${() => forget(field.key)} />`}</div><//>`;
  }
  const names = [...new Set([...(field.names || []), ...Object.keys(value || {})])];
  return html`<div class="field ${error ? "bad" : ""}"><span>${label}</span>
    ${names.map(one => html`<div key=${one} class="send"><span class="grow">${one}</span>
      <input type="password" autocomplete="new-password" aria-label=${one} placeholder=${value && value[one] === null ? t("settings.forgotten") : "••••••••"}
        value=${(value && value[one]) || ""} onInput=${event => set({ ...value, [one]: event.target.value })} />
      <${Button} small icon="delete" label=${t("settings.forget") + " " + one} onClick=${() => forget(one)} /></div>`)}
    <div class="send"><input aria-label=${t("settings.secret.name")} placeholder=${t("settings.secret.name")} value=${name} onInput=${event => setName(event.target.value)} />
      <${Button} small icon="plus" disabled=${!name} onClick=${() => (set({ ...value, [name]: "" }), setName(""))}>${t("add")}<//></div>
    <small>${note}</small>${error && html`<small class="wrong" role="alert">${error}</small>`}</div>`;
}
