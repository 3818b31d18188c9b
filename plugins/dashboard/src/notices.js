// Notices: what was done and what failed, told once at the lower edge and kept in a list.
import { html, useSource } from "./html.js";
import { t, heard } from "./text.js";
import { Icon } from "./icons.js";

const SHOWN_MS = 6000;
const KEPT = 30;
let list = [];
let last = 0;
const listeners = new Set();
const source = {
  subscribe(handler) {
    listeners.add(handler);
    return () => listeners.delete(handler);
  },
};

function set(found) {
  list = found;
  for (const listener of [...listeners]) listener();
}

/** Tell something; kind: "good", "bad" or "plain". What is bad stays until it is closed. */
export function notify(text, kind = "good") {
  const notice = { id: ++last, text, kind, at: Date.now() / 1000, shown: true };
  set([notice, ...list].slice(0, KEPT));
  if (kind !== "bad") setTimeout(() => hide(notice), SHOWN_MS);
}

/** Tell why something failed: a Failure of request.js, or text. */
export function fail(error, what = "") {
  notify([what, reason(error)].filter(Boolean).join(": "), "bad");
}

/** Why something failed, in words. */
export function reason(error) {
  if (!error) return "";
  if (typeof error === "string") return error;
  if (error.status === 0) return t("failed.unreachable");
  if (error.status === 401) return t("failed.login");
  if (error.status === 403 && (!error.message || error.message.includes("group admin"))) return t("failed.forbidden");
  if (error.status === 503 && !(error.detail && error.detail.error)) return t("failed.busy");
  return error.message ? heard(error.message) : String(error.status);
}

function hide(notice) {
  set(list.map(one => (one.id === notice.id ? { ...one, shown: false } : one)));
}

/** The notices of this visit, the newest first: [{text, kind, at}]. */
export function useNotices() {
  return useSource(source, () => list);
}

/** Where notices appear; the shell has it. */
export function Notices() {
  const shown = useNotices().filter(notice => notice.shown).slice(0, 3);
  return html`<div class="notices" role="status" aria-live="polite">
    ${shown.map(notice => html`<div key=${notice.id} class="notice ${notice.kind}">
      <${Icon} name=${notice.kind === "bad" ? "alert" : "check"} />
      <span>${notice.text}</span>
      <button class="bare" aria-label=${t("close")} onClick=${() => hide(notice)}><${Icon} name="close" size="18" /></button>
    </div>`)}
  </div>`;
}
