// What the theme makes in the browser, for those who use no mouse: what scrolls can be reached, and a copy button is
// no landmark.
const reachable = () => {
  for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    const table = wrap.querySelector("table");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    wrap.setAttribute("aria-label", table?.caption?.textContent ?? "Table");
  }
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.setAttribute("role", "none");
};
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
reachable();
