/**
 * Whether the server said of this very page that it is a demonstration: read from the browser's own record of the
 * navigation, so no request is made for it. Where a browser keeps no such record the answer is no.
 */
export function isDemoPage(): boolean {
  return performance
    .getEntriesByType("navigation")
    .some((entry) => entry instanceof PerformanceNavigationTiming && entry.serverTiming.some((timing) => timing.name === "demo"));
}
