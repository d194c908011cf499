/** Answers from the network where there is one, else with what the page kept. */

importScripts("sound.js");

const CACHE = "opentokenomics-playground";

/** @param {Request} request */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  try {
    // What the browser has from earlier may be old, and is asked after.
    const found = await fetch(request, { cache: "no-cache" });
    if (!kept) return found;
    if (await isSound(found)) {
      await cache.put(request, found.clone());
      return found;
    }
    // Whoever opens a page has to see where to log in; whoever loads a module can do nothing with that.
    return request.mode === "navigate" && found.status < 500 ? found : kept;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.location.origin)) event.respondWith(answer(event.request));
});
