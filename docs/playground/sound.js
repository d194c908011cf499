/** For the pages, and for the service worker, which browsers older than 2026 do not all load as a module. */

/**
 * Whether an answer is what was asked for, and not the login page of a network that answers everything with it.
 *
 * @param {Response} answer
 * @returns {Promise<boolean>}
 */
async function isSound(answer) {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return false;
  const isPage = new URL(answer.url).pathname.endsWith("/");
  const isMarkup = (answer.headers.get("content-type") ?? "").startsWith("text/html");
  if (!isPage || !isMarkup) return isPage === isMarkup;
  return (await answer.clone().text()).includes('id="playground"');
}
// Imported as a module it would be known to itself only.
globalThis.isSound = isSound;
