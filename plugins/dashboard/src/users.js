// Users: who may do what; tokens for machines; who is logged in.
import { html, useState } from "./html.js";
import { t } from "./text.js";
import { request } from "./request.js";
import { Page, Card, Row, Button, Field, Badge, Loaded, Empty, useLoad } from "./parts.js";
import { confirm, dialog, useRun, Wrong } from "./dialogs.js";
import { fail, notify } from "./notices.js";

/** The page. */
export default function Users() {
  const load = useLoad("/api/admin/users");
  const then = done => done !== undefined && load.load();
  const logout = async () => {
    try {
      await request("DELETE", "/api/admin/session");
      location.hash = "#/";
      location.reload();
    } catch (error) {
      fail(error, t("users.logout"));
    }
  };
  return html`<${Page} title=${t("page.users")} actions=${html`<${Button} icon="logout" onClick=${logout}>${t("users.logout")}<//>`}>
    <${Loaded} load=${load}>${data => html`
      <${Card} title=${t("page.users")} icon="account" aside=${html`<${Button} small icon="plus" onClick=${() => dialog(User, { user: null }).then(then)}>${t("users.add")}<//>`}>
        ${data.users.map(user => html`<${Row} key=${user.name} label=${html`<b>${user.name}</b>${user.name === data.me ? html` <${Badge} kind="good">${t("users.me")}<//>` : null}`}
          note=${[user.groups.join(", ") || t("users.nogroups"), user.sessions ? t("users.sessions", { count: user.sessions }) : ""].filter(Boolean).join(" · ")}>
          <${Button} small icon="pencil" label=${t("users.change", { name: user.name })} onClick=${() => dialog(User, { user }).then(then)} />
          <${Button} small icon="logout" label=${t("users.everywhere", { name: user.name })} onClick=${() => confirm({
            title: t("users.out"), text: t("users.everywhere", { name: user.name }), button: t("users.out"),
            act: () => request("DELETE", `/api/admin/users/${encodeURIComponent(user.name)}/sessions`),
          }).then(done => done && (user.name === data.me ? location.reload() : (notify(t("users.outdone", { name: user.name })), load.load())))} />
          <${Button} small icon="delete" label=${t("users.remove", { name: user.name })} onClick=${() => remove("users", user.name).then(then)} />
        <//>`)}
      <//>
      <${Card} title=${t("users.tokens")} icon="lock" aside=${html`<${Button} small icon="plus" onClick=${() => dialog(Token).then(() => load.load())}>${t("users.token.add")}<//>`}>
        <p class="soft">${t("users.tokens.text")}</p>
        ${data.tokens.length ? data.tokens.map(token => html`<${Row} key=${token.name} label=${html`<b>${token.name}</b>`} note=${token.groups.join(", ") || t("users.nogroups")}>
          <${Button} small icon="delete" label=${t("users.remove", { name: token.name })} onClick=${() => remove("tokens", token.name).then(then)} /><//>`) : html`<${Empty} icon="lock">${t("users.notokens")}<//>`}
      <//>`}<//>
  <//>`;
}

function remove(kind, name) {
  return confirm({
    title: t("users.remove", { name }), text: t("users.remove.text", { name }), button: t("remove"), danger: true,
    act: () => request("DELETE", `/api/admin/${kind}/${encodeURIComponent(name)}`),
  });
}

function groupsOf(text) {
  return text.split(/[\s,]+/).filter(Boolean);
}

function User({ user, close }) {
  const [name, setName] = useState(user ? user.name : "");
  const [groups, setGroups] = useState(user ? user.groups.join(", ") : "");
  const [password, setPassword] = useState("");
  const [busy, error, run] = useRun(() => request("PUT", "/api/admin/users/" + encodeURIComponent(name), { groups: groupsOf(groups), ...(password ? { password } : {}) }), () => {
    notify(t("users.saved", { name }));
    close(true);
  });
  return html`<form onSubmit=${run}><h2>${user ? t("users.change", { name }) : t("users.add")}</h2>
    ${user ? null : html`<${Field} label=${t("login.name")}><input value=${name} autofocus autocomplete="off" autocapitalize="none" onInput=${event => setName(event.target.value)} /><//>`}
    <${Field} label=${t("users.groups")} note=${t("users.groups.note")}><input value=${groups} autocapitalize="none" onInput=${event => setGroups(event.target.value)} /><//>
    <${Field} label=${t(user ? "users.newpassword" : "login.password")} note=${t(user ? "users.keep" : "first.password.note")}>
      <input type="password" autocomplete="new-password" value=${password} onInput=${event => setPassword(event.target.value)} /><//>
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button>
      <button class="button main" disabled=${busy || !name} aria-busy=${busy}>${t("save")}</button></div></form>`;
}

function Token({ close }) {
  const [name, setName] = useState("");
  const [groups, setGroups] = useState("");
  const [made, setMade] = useState(null);
  const [busy, error, run] = useRun(() => request("PUT", "/api/admin/tokens/" + encodeURIComponent(name), { groups: groupsOf(groups) }), setMade);
  if (made) {
    return html`<h2>${t("users.token.made", { name })}</h2><p>${t("users.token.once")}</p>
      <pre class="box" tabindex="0">${made.token}</pre><div class="buttons"><${Button} kind="main" onClick=${() => close(true)}>${t("close")}<//></div>`;
  }
  return html`<form onSubmit=${run}><h2>${t("users.token.add")}</h2>
    <${Field} label=${t("login.name")}><input value=${name} autofocus autocomplete="off" onInput=${event => setName(event.target.value)} /><//>
    <${Field} label=${t("users.groups")} note=${t("users.groups.note")}><input value=${groups} autocapitalize="none" onInput=${event => setGroups(event.target.value)} /><//>
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button><button class="button main" disabled=${busy || !name} aria-busy=${busy}>${t("users.token.make")}</button></div></form>`;
}
