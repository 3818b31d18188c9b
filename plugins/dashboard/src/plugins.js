// Plugins: installed and available, installed, updated and removed with progress.
import { html, useState, useEffect, useRef } from "./html.js";
import { t, heard, bytes } from "./text.js";
import { request, follow } from "./request.js";
import { Page, Card, Button, Badge, Loaded, Empty, Switch, Meter, useLoad } from "./parts.js";
import { Icon } from "./icons.js";
import { confirm } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { useValue } from "./live.js";

/** The page. */
export default function Plugins() {
  const load = useLoad("/api/admin/plugins");
  const [found, setFound] = useState(null);
  const [text, setText] = useState("");
  const here = useRef();
  here.current = load.load;
  const events = load.data && load.data.installer;
  useEffect(() => {
    if (!events) return undefined;
    const abort = new AbortController();
    const heard = (topic, value) => {
      const [, what, name] = topic.split("/");
      if (what === "found" && value) setFound(old => ({ ...old, [name]: value }));
      if (what === "failed" && value && value.reason) notify(t(value.kept ? "plugins.back" : "plugins.failed", { ...value, reason: heard(value.reason) }), "bad");
      if (what === "accepted" && value) notify(t("plugins.accepted", { name: Object.entries(value).map(one => one.join(" ")).join(", ") }));
      if (what === "done" && value) notify(t(value.action === "remove" ? "plugins.removed" : "plugins.trial", value));
      if (what === "done" || what === "accepted" || what === "failed") here.current();
    };
    const listen = async () => {
      while (!abort.signal.aborted) {
        await follow("/api/events?filter=" + encodeURIComponent("plugins/#"), { signal: abort.signal, alive() {}, heard }).catch(() => {});
        await new Promise(resolve => setTimeout(resolve, 2000)); // the device has gone for a moment
      }
    };
    listen();
    return () => abort.abort();
  }, [events]);
  const order = async (action, name) => {
    try {
      await request("POST", "/api/admin/events", { topic: "plugins/" + action, value: name });
    } catch (error) {
      fail(error, name);
    }
  };
  const search = event => {
    event.preventDefault();
    setFound({});
    order("search", text);
  };
  return html`<${Page} title=${t("page.plugins")}>
    <${Loaded} load=${load}>${data => html`
      ${data.installer ? html`<${Progress} /><form class="toolbar" onSubmit=${search}>
        <input type="search" aria-label=${t("plugins.search")} placeholder=${t("plugins.search")} value=${text} onInput=${event => setText(event.target.value)} />
        <button class="button main">${t("search")}</button></form>` : html`<p class="soft intro">${t("plugins.noinstaller")}</p>`}
      ${found && html`<${Card} title=${t("plugins.found")} icon="search">
        ${Object.entries(found).filter(([name]) => !data.plugins.some(one => one.name === name)).map(([name, one]) => html`<div key=${name} class="row entry"><div class="label"><b>${name}</b> <small class="inline">${one.version}</small>
          <small>${one.description}</small><small>${cost(one)}</small></div>
          <div class="control"><${Button} small icon="download" onClick=${() => order("install", name)}>${t("plugins.install")}<//></div></div>`)}
        ${Object.keys(found).length ? null : html`<${Empty} icon="search">${t("plugins.searching")}<//>`}<//>`}
      <${Card}>${data.plugins.map(one => html`<${Line} key=${one.name} one=${one} installer=${data.installer} order=${order} load=${load.load} newer=${found && found[one.name]} />`)}<//>`}<//>
  <//>`;
}

function cost({ heap, size, minimum, requires }) {
  const parts = [];
  const memory = heap || (minimum && minimum.heap);
  if (memory) parts.push(t("plugins.heap", { bytes: bytes(memory) }));
  const flash = size && typeof size === "object" ? size.mpy || size.py : size;
  if (flash) parts.push(t("plugins.flash", { bytes: bytes(flash) }));
  if (requires && requires.length) parts.push(t("plugins.requires", { names: requires.join(", ") }));
  return parts.join(" · ");
}

function Line({ one, installer, order, load, newer }) {
  const turn = async on => {
    try {
      await request("POST", "/api/admin/plugins/" + one.name, { action: on ? "enable" : "disable" });
      notify(t(on ? "plugins.enabled" : "plugins.disabled", { name: one.name }));
    } catch (error) {
      fail(error, one.name);
      if (error.status === 401) return;
    }
    load();
  };
  const remove = async () => {
    if (await confirm({ title: t("plugins.remove", { name: one.name }), text: t("plugins.remove.text"), button: t("remove"), danger: true })) order("remove", one.name);
  };
  return html`<div class="row entry"><div class="label"><b id=${"plugin-" + one.name}>${one.name}</b> <small class="inline">${one.version}</small>
    ${one.error ? html`<small class="wrong">${one.error}</small>` : html`<small>${one.description}</small><small>${cost(one)}</small>`}</div>
    <div class="control">
      ${newer && newer.version !== one.version && html`<${Badge} kind="good">${newer.version}<//>`}
      ${installer && html`<${Button} small icon="refresh" label=${t("plugins.update", { name: one.name })} onClick=${() => order("update", one.name)} />
        <${Button} small icon="delete" label=${t("plugins.remove", { name: one.name })} onClick=${remove} />`}
      ${one.module === null ? html`<${Badge}>${t("plugins.library")}<//>` : html`<${Switch} on=${one.enabled} labelled=${"plugin-" + one.name} onChange=${turn} />`}
    </div></div>`;
}

function Progress() {
  const status = useValue("plugins/status");
  const progress = useValue("plugins/progress");
  if (!status || status === "ready") return null;
  const busy = progress > 0 && progress < 100;
  return html`<${Card}><div class="row"><${Icon} name="puzzle" /><div class="label" role="status">${status}</div>${busy ? html`<span class="value">${progress}<small>%</small></span>` : null}</div>
    ${busy ? html`<div class="below"><${Meter} role="progressbar" part=${progress / 100} label=${t("plugins.progress")} /></div>` : null}<//>`;
}
