/** Keeps what the pages of the playground need, so that they open again without a network. */

/** The cache that `service-worker.js` looks into. */
const CACHE = "opentokenomics-playground";

/**
 * @param {string[]} loaded addresses of what the worker needs
 * @returns {Promise<boolean>} whether the page can be opened again without a network
 */
export async function keep(loaded) {
  if (!("serviceWorker" in navigator) || !("caches" in self)) return false;
  // Elsewhere on the site the worker has no say.
  if (!location.href.startsWith(new URL(".", import.meta.url).href)) return false;
  try {
    await navigator.serviceWorker.register(new URL("service-worker.js", import.meta.url));
    const own = performance.getEntriesByType("resource").map(({ name }) => name);
    const page = location.href.replace(/[?#].*$/, "");
    const needed = new Set([page, ...own, ...loaded].filter((each) => each.startsWith(location.origin)));
    const cache = await caches.open(CACHE);
    await cache.addAll([...needed]);
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}
