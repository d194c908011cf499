/** Keeps what the pages of the playground need, so that they open again without a network. */

import "./sound.js";

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
    await navigator.serviceWorker.register(new URL("service-worker.js", import.meta.url), { updateViaCache: "none" });
    const own = performance.getEntriesByType("resource").map(({ name }) => name);
    const page = location.href.replace(/[?#].*$/, "");
    const addresses = [page, new URL("sound.js", import.meta.url).href, ...own, ...loaded];
    const needed = [...new Set(addresses.filter((each) => each.startsWith(location.origin)))];
    const answers = await Promise.all(needed.map((each) => fetch(each, { cache: "no-cache" })));
    const sound = await Promise.all(answers.map(isSound));
    // All of them or none: parts of two builds would not fit together. What tells of other versions stands above this
    // one, and need not be there.
    const site = new URL("../", import.meta.url).href;
    if (!answers.every(({ url }, place) => sound[place] || !url.startsWith(site))) return false;
    const cache = await caches.open(CACHE);
    await Promise.all(answers.filter((_, place) => sound[place]).map((answer) => cache.put(answer.url, answer)));
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}
