// Routes: what answers where, in the order of asking, and which rule holds there.
import { html, useState } from "./html.js";
import { t } from "./text.js";
import { Page, Card, Badge, Loaded, useLoad } from "./parts.js";
import { moduleName } from "./wording.js";

/** The page. */
export default function Routes() {
  const load = useLoad("/api/admin/routes");
  const [text, setText] = useState("");
  return html`<${Page} title=${t("page.routes")}>
    <p class="soft intro">${t("routes.text")}</p>
    <div class="toolbar"><input type="search" placeholder=${t("search")} aria-label=${t("search")} value=${text} onInput=${event => setText(event.target.value)} /></div>
    <${Loaded} load=${load}>${data => data.contents.map((content, place) => {
      const routes = content.routes.length ? content.routes : [[content.root === "/" ? "/…" : content.root + "/…", "GET"]];
      const shown = routes.filter(([path]) => path.toLowerCase().includes(text.toLowerCase()));
      if (!shown.length) return null;
      const title = content.module ? moduleName(content.module) : content.type;
      return html`<${Card} key=${place} title=${title} icon="routes" aside=${html`<code class="soft">${content.type}${content.folder ? " " + content.folder : ""}</code>`}>
        <div class="scroll" tabindex="0" role="group" aria-label=${title}><table><thead><tr><th>${t("routes.path")}</th><th>${t("routes.methods")}</th><th>${t("routes.access")}</th></tr></thead>
        <tbody>${shown.map(([path, methods]) => html`<tr key=${path}><td><code>${path.split(/(?=\/)/).map(one => html`${one}<wbr />`)}</code></td><td><code>${methods.replaceAll(",", ", ")}</code></td><td><${Rule} path=${path} rules=${data.access} /></td></tr>`)}</tbody></table></div>
      <//>`;
    })}<//>
  <//>`;
}

// The longest rule that a path lies below counts.
function Rule({ path, rules }) {
  if (/^\/(api\/(admin(?!\/(session|claim)$)|files)|log)\b/.test(path)) return html`<${Badge} kind="warn">admin<//>`;
  const place = (path.replace(/\/…$/, "") + "/").toLowerCase();
  const found = Object.keys(rules).filter(rule => place.startsWith(rule.replace(/\/$/, "").toLowerCase() + "/")).sort((a, b) => b.length - a.length)[0];
  if (found === undefined) return html`<${Badge}>${t("routes.all")}<//>`;
  const who = rules[found];
  const text = one => (Array.isArray(one) ? one.join(", ") : one);
  return html`<${Badge} kind="good">${who && typeof who === "object" && !Array.isArray(who) ? t("routes.rule", { read: text(who.read || "all"), write: text(who.write || who.read) }) : text(who)}<//>`;
}
