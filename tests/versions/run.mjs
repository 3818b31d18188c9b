// Runs one file of unit tests in a WebAssembly build of MicroPython:
//
//     node run.mjs BUILD ROOT FILE HEAP [PATH…]
//
// BUILD: the folder of micropython.mjs. ROOT: the repository. FILE: tests/unit/test_x.py. HEAP: bytes to begin with.
// PATH…: where modules are, from ROOT or absolute. The interpreter sees a copy in memory of what it may import, and
// prints what tests/unit/run.py prints.

import {readdirSync, readFileSync} from "node:fs";
import {isAbsolute, join} from "node:path";

const [build, root, file, heap, ...paths] = process.argv.slice(2);
const {loadMicroPython} = await import(join(build, "micropython.mjs"));
const mp = await loadMicroPython({
  heapsize: Number(heap),
  linebuffer: false,
  stdout: byte => process.stdout.write(typeof byte === "number" ? Buffer.from([byte]) : byte),
});

// What no test reads there: to copy it takes as long as many a test.
const UNREAD = new Set(["__pycache__", "src", "screenshots"]);

function copy(from, to) {
  mp.FS.mkdirTree(to);
  for (const entry of readdirSync(from, {withFileTypes: true})) {
    if (entry.name.startsWith(".") || UNREAD.has(entry.name) || /\.(webp|png|gz)$/.test(entry.name)) continue;
    const source = join(from, entry.name), target = to + "/" + entry.name;
    if (entry.isDirectory()) copy(source, target);
    else mp.FS.writeFile(target, readFileSync(source));
  }
}

for (const folder of ["modcore", "plugins", "samples", "host/board", "tests/unit", "docs"])
  copy(join(root, folder), "/repository/" + folder);
copy(join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "lib"), "/stand-ins");
const found = ["/stand-ins"];
paths.forEach((path, i) => {
  if (isAbsolute(path)) copy(path, "/path" + i);
  found.push(isAbsolute(path) ? "/path" + i : "/repository/" + path);
});
mp.FS.chdir("/repository");
const name = file.split("/").pop().slice(0, -3);
mp.runPython(`
import sys
sys.path[:] = ${JSON.stringify([...found, "/repository", "/repository/tests/unit", ".frozen"])}
import run
try:
    module = __import__("${name}")
    tests = [name for name in dir(module) if name.startswith("test_") and getattr(module, name)]
except BaseException as error:
    tests = []
    run._report("", error, 0)
`);
// Each in a call of its own: this build collects garbage only between calls.
for (const test of mp.globals.get("tests")) mp.runPython(`run.main("${file}", ["${test}"])`);
console.log("@done");
