// The login, and the first visit: an administrator's password, with the code that the device prints on its console.
import { html, useState, useEffect } from "./html.js";
import { t } from "./text.js";
import { request } from "./request.js";
import { Busy, Field } from "./parts.js";
import { useRun, Wrong } from "./dialogs.js";

/** In a dialog: closes with true when somebody has logged in. */
export default function Login({ close }) {
  const [state, setState] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    request("GET", "/api/admin/session", undefined, { quiet: true }).then(setState, setError);
  }, []);
  if (error) return html`<h2>${t("login.title")}</h2><${Wrong} error=${error} />`;
  if (!state) return html`<${Busy} />`;
  return state.claimed ? html`<${Enter} close=${close} />` : html`<${First} state=${state} close=${close} />`;
}

function Enter({ close }) {
  const [name, setName] = useState("admin");
  const [password, setPassword] = useState("");
  const [busy, error, run] = useRun(() => request("POST", "/api/admin/session", { name, password }, { quiet: true }), () => close(true));
  return html`<form onSubmit=${run}>
    <h2>${t("login.title")}</h2>
    <p class="soft">${t("login.text")}</p>
    <${Field} label=${t("login.name")}><input value=${name} autocomplete="username" autocapitalize="none" onInput=${event => setName(event.target.value)} /><//>
    <${Field} label=${t("login.password")}><input type="password" value=${password} autofocus autocomplete="current-password" onInput=${event => setPassword(event.target.value)} /><//>
    <${Wrong} error=${error} />
    <div class="buttons">
      <button type="button" class="button" onClick=${() => close(false)}>${t("cancel")}</button>
      <button class="button main" disabled=${busy || !password} aria-busy=${busy}>${t("login.enter")}</button>
    </div>
  </form>`;
}

function First({ state, close }) {
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const differs = again && again !== password;
  const [busy, error, run] = useRun(() => request("POST", "/api/admin/claim", { code, password }, { quiet: true }), () => close(true));
  return html`<form onSubmit=${run}>
    <h2>${t("first.title")}</h2>
    <p class="soft">${t(state.code ? "first.text" : "first.near")}</p>
    ${state.code && html`<${Field} label=${t("first.code")} note=${t("first.code.note")}>
      <input value=${code} autofocus inputmode="numeric" autocomplete="one-time-code" placeholder="1234-5678" onInput=${event => setCode(event.target.value)} /><//>`}
    <input class="unseen" tabindex="-1" aria-hidden="true" autocomplete="username" value="admin" readonly />
    <${Field} label=${t("first.password")} note=${t("first.password.note")}>
      <input type="password" value=${password} autocomplete="new-password" onInput=${event => setPassword(event.target.value)} /><//>
    <${Field} label=${t("first.again")} error=${differs && t("first.differs")}>
      <input type="password" value=${again} autocomplete="new-password" onInput=${event => setAgain(event.target.value)} /><//>
    <${Wrong} error=${error} />
    <div class="buttons">
      <button type="button" class="button" onClick=${() => close(false)}>${t("cancel")}</button>
      <button class="button main" disabled=${busy || password.length < 8 || again !== password || (state.code && !code)} aria-busy=${busy}>${t("first.set")}</button>
    </div>
  </form>`;
}
