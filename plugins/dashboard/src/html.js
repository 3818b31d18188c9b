// Preact with htm: components without a build step.
import { h, render, Fragment, createContext } from "./vendor/preact.js";
import { useState, useEffect, useRef, useMemo, useCallback, useLayoutEffect, useId } from "./vendor/hooks.js";
import { default as htm } from "./vendor/htm.js";

/** A template: html`<p class="soft">${text}</p>`. Text is escaped, there is no way to put markup in. */
export const html = htm.bind(h);

export { h, render, Fragment, createContext, useState, useEffect, useRef, useMemo, useCallback, useLayoutEffect, useId };

/** A value from outside of Preact: `source.subscribe(handler)` returns a function that ends it, `read()` the value. */
export function useSource(source, read) {
  const [, turn] = useState(0);
  const seen = useRef({});
  seen.current.read = read;
  seen.current.value = read();
  useEffect(() => {
    const look = () => {
      if (seen.current.read() !== seen.current.value) turn(n => n + 1);
    };
    look();
    return source.subscribe(look);
  }, [source]);
  return seen.current.value;
}
