// Requests to the device: JSON both ways, reasons of refusals as text, and what to do when a login is needed.
import { language } from "./text.js";
import { texts } from "./loading.js";

const TIMEOUT_MS = 15000;
const AGAIN_MS = 700; // by then a device that was short of memory has given some back

/** What went wrong with a request: `status` (0: no answer came), `message` for people, `detail` (the answer's JSON). */
export class Failure extends Error {
  constructor(status, message, detail) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

let ask = null;

/** Have `handler()` called when the device wants a login; it resolves to true when somebody has logged in. */
export function onLogin(handler) {
  ask = handler;
}

/**
 * Ask the device. body: an object becomes JSON; strings, Blobs and Files go as they are. Returns the answer's JSON,
 * its text, or the Response itself with `raw`. Failure: refused, and why.
 *
 *     await request("PUT", "/api/valves/0", true)
 */
export async function request(method, path, body, { headers = {}, raw = false, timeout = TIMEOUT_MS, signal, quiet = false, again = method === "GET" } = {}) {
  const plain = body === undefined || body instanceof Blob || typeof body === "string" && headers["Content-Type"];
  const options = { method, headers: { ...headers }, cache: "no-store", credentials: "same-origin" };
  if (body !== undefined) options.body = plain ? body : JSON.stringify(body);
  if (body !== undefined && !plain) options.headers["Content-Type"] = "application/json";
  options.signal = signal || AbortSignal.timeout(timeout);
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    throw new Failure(0, "");
  }
  if (answer.status === 503 && again) {
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
    return request(method, path, body, { headers, raw, timeout, signal, quiet, again: false });
  }
  if (answer.status === 401 && ask && !quiet && (await ask())) return request(method, path, body, { headers, raw, timeout, quiet: true });
  if (answer.ok && raw) return answer;
  const found = await read(answer);
  if (answer.ok) return found;
  if (language !== "en" && answer.status !== 503) await texts().catch(() => {}); // the reason is one of the device's
  const reason = found && typeof found === "object" ? found.error : found;
  throw new Failure(answer.status, String(reason || answer.statusText || answer.status), found);
}

async function read(answer) {
  const type = answer.headers.get("content-type") || "";
  const text = await answer.text();
  if (!type.includes("json")) return type.includes("html") ? "" : text;
  try {
    return JSON.parse(text);
  } catch (error) {
    return text;
  }
}

/**
 * Follow a stream of server-sent events until it ends; `heard(topic, value)` for each, `alive()` whenever bytes come.
 * EventSource will not do: it knows the names of events beforehand, and hides the comments that show a living device.
 */
export async function follow(path, { heard, alive, signal }) {
  const answer = await fetch(path, { signal, cache: "no-store", credentials: "same-origin" }).catch(() => {
    throw new Failure(0, "");
  });
  if (!answer.ok) throw new Failure(answer.status, answer.statusText, await read(answer));
  alive();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = "";;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      let topic = "";
      let text = "";
      for (const line of event.split("\n")) {
        if (line.startsWith("event: ")) topic = line.slice(7);
        if (line.startsWith("data: ")) text += line.slice(6);
      }
      if (topic && text) heard(topic, JSON.parse(text));
    }
  }
}
