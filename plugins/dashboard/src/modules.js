// Modules: what runs, what failed and why; the settings of each as a form.
import { html } from "./html.js";
import { t, heard, bytes } from "./text.js";
import { request } from "./request.js";
import { Page, Card, Badge, Button, Loaded, Loading, Empty, useLoad, usePart } from "./parts.js";
import { Icon } from "./icons.js";
import { dialog } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { moduleName } from "./wording.js";
import { go } from "./shell.js";

const KINDS = { RUNNING: "good", FAILED: "bad", STOPPED: "warn", UNMOUNTED: "warn" };

/** The page; rest: the section whose settings are open. */
export default function Modules({ rest }) {
  return rest ? html`<${SettingsPart} section=${rest} />` : html`<${List} />`;
}

function SettingsPart({ section }) {
  const settings = usePart("settings");
  return settings.code ? html`<${settings.code.default} section=${section} />` : html`<${Page} title=${t("page.modules")}><${Loading} part=${settings} /><//>`;
}

function List() {
  const load = useLoad("/api/admin/modules", { every: 5000 });
  return html`<${Page} title=${t("page.modules")} actions=${html`<${Button} icon="cog" onClick=${() => go("modules", "device")}>${t("modules.device")}<//>`}>
    <${Loaded} load=${load}>${data => html`
      ${Object.entries(data.missing).map(([name, error]) => html`<div key=${name} class="trouble"><${Icon} name="alert" /><p><b>${name}</b>: ${error}</p></div>`)}
      ${data.unread.length ? html`<div class="trouble note"><${Icon} name="information" /><p>${t("modules.unread", { names: data.unread.join(", ") })}</p></div>` : null}
      <${Card}>
        ${data.modules.length ? data.modules.map(one => html`<${Line} key=${one.id} one=${one} load=${load.load} />`) : html`<${Empty}>${t("modules.none")}<//>`}
      <//>`}<//>
  <//>`;
}

function Line({ one, load }) {
  const act = async action => {
    try {
      const found = await request("POST", "/api/admin/modules/" + encodeURIComponent(one.id), { action });
      if (found.later) notify(t("modules.later", { name: moduleName(one.id) }));
      else if (found.state === "FAILED") notify(t("modules.failed", { name: moduleName(one.id), error: heard(found.error || "") }), "bad");
      else notify(t("modules.now", { name: moduleName(one.id), state: t("state." + found.state) }));
    } catch (error) {
      fail(error, moduleName(one.id));
      if (error.status === 401) return;
    }
    load();
  };
  const running = one.state === "RUNNING";
  return html`<div class="row module">
    <div class="label"><b>${moduleName(one.id)}</b>${moduleName(one.id).toLowerCase() !== one.id && html` <code class="soft">${one.id}</code>`}
      ${one.error && !running ? html`<small class="wrong">${heard(one.error)}</small>` : one.error ? html`<small>${t("modules.last")} ${heard(one.error)}</small>` : null}
      ${one.bytes > 0 ? html`<small>${t("modules.took", { bytes: bytes(one.bytes) })}</small>` : null}
      ${one.failures ? html`<small>${t("modules.restarts", { count: one.failures })}</small>` : null}</div>
    <div class="control">
      <${Badge} kind=${KINDS[one.state] || "plain"}>${t("state." + one.state)}<//>
      ${one.error && html`<${Button} small icon="alert" label=${t("modules.trace", { name: one.id })} onClick=${() => dialog(Trace, { id: one.id, wide: true })} />`}
      <${Button} small icon="cog" label=${t("modules.settings", { name: moduleName(one.id) })} onClick=${() => go("modules", one.section)} />
      ${running ? html`<${Button} small icon="refresh" label=${t("modules.restart", { name: moduleName(one.id) })} onClick=${() => act("restart")} />
        <${Button} small icon="stop" label=${t("modules.stop", { name: moduleName(one.id) })} onClick=${() => act("stop")} />`
      : html`<${Button} small icon="play" label=${t("modules.start", { name: moduleName(one.id) })} onClick=${() => act("start")} />`}
    </div>
  </div>`;
}

function Trace({ id, close }) {
  const load = useLoad("/api/admin/modules/" + encodeURIComponent(id));
  return html`<h2>${moduleName(id)}</h2>
    <${Loaded} load=${load}>${data => html`<p class="wrong">${data.error}</p><pre tabindex="0" class="box">${data.traceback || t("modules.notrace")}</pre>`}<//>
    <div class="buttons"><button class="button" onClick=${() => close()}>${t("close")}</button></div>`;
}
