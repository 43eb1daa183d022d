/** A page that anyone might have open. It takes the place of ours in the list of visited pages. */
const elsewhere = "https://www.wikipedia.org/";

/** A browser that does not say that it went back must not keep anyone here. Milliseconds. */
const patience = 1_000;

/** Nobody is kept on an empty page of ours. Milliseconds, longer than a page takes to answer through Tor. */
const again = 8_000;

/** How many entries of ours lie under the present one in the browser's history; 0 where `state` is not ours. */
export function depthOf(state: unknown): number {
  const depth: unknown = typeof state === "object" && state !== null && "depth" in state ? state.depth : undefined;
  return typeof depth === "number" && Number.isInteger(depth) && depth > 0 ? depth : 0;
}

/**
 * Forgets, empties the page and goes elsewhere. Every step of the way is an entry of the browser's history, and
 * `location.replace` takes the place of one only: so the page first goes back to where the visit began and is
 * replaced there. Back then leads to what was open before.
 */
export function leaveNow(forget: () => void): void {
  const depth = depthOf(history.state);
  forget();
  document.body.replaceChildren(); // nothing may stay in sight while the other page loads
  // To the browser Esc means "stop loading": whoever presses it once more than needed would stay on an empty page of ours.
  addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
  if (depth === 0) {
    location.replace(elsewhere);
    return;
  }
  const replace = (): void => location.replace(elsewhere);
  const timer = setTimeout(replace, patience);
  addEventListener("popstate", () => {
    clearTimeout(timer);
    replace();
  });
  // A step back that comes late, on a slow machine, can cut a way out off that has begun: then it begins anew.
  setInterval(replace, again);
  history.go(-depth);
}
