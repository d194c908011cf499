/**
 * Loads a page of the playground: at once where it is all that the page is for, else on first use. No module, so that
 * it can say when one cannot be loaded.
 */
{
  const FAILED = "The playground cannot be loaded. Reload the page when there is a network.";
  const WAITING = "The validator is loaded when you use it.";
  const FIRST = ["pointerover", "pointerdown", "focusin"];

  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const place = /** @type {HTMLElement} */ (document.getElementById("playground"));
  const says = /** @type {HTMLElement} */ (place.querySelector("#pg-ready, #pg-verdict"));
  const chosen = /** @type {HTMLInputElement | null} */ (document.getElementById("pg-files"));
  const isHome = location.href.startsWith(new URL(".", own.src).href);
  const before = new AbortController();
  const { signal } = before;
  /** What was done before there was anybody to answer. @type {(() => void)[]} */
  const done = [];
  let isAsked = false;

  const load = async () => {
    if (isAsked) return;
    isAsked = true;
    if (!isHome) says.textContent = "Loading the validator…";
    try {
      await import(new URL(/** @type {string} */ (own.dataset.page), own.src).href);
      before.abort();
      for (const again of done) again();
    } catch {
      before.abort();
      addEventListener("submit", (event) => event.preventDefault());
      says.textContent = FAILED;
      says.classList.add("pg-message", "pg-refused");
    }
  };

  for (const each of FIRST) place.addEventListener(each, load, { signal });
  place.addEventListener(
    "change",
    ({ target }) => {
      done.push(() => target?.dispatchEvent(new Event("change", { bubbles: true })));
      load();
    },
    { signal },
  );
  place.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      done.push(() => /** @type {HTMLFormElement} */ (event.target).requestSubmit());
      load();
    },
    { signal },
  );
  for (const each of ["dragover", "drop"]) {
    addEventListener(
      each,
      (event) => {
        const { dataTransfer } = /** @type {DragEvent} */ (event);
        if (!chosen || !dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        load();
        if (each === "dragover" || dataTransfer.files.length === 0) return;
        chosen.files = dataTransfer.files;
        done.push(() => chosen.dispatchEvent(new Event("change", { bubbles: true })));
      },
      { signal },
    );
  }
  if (isHome) load();
  else says.textContent = WAITING;
}
