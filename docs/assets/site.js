// What the theme makes in the browser, for those who use no mouse: what scrolls can be reached, and a copy button is
// no landmark.
const reachable = () => {
  for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    const table = wrap.querySelector("table");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    wrap.setAttribute("aria-label", table?.caption?.textContent ?? "Table");
  }
  // Long names in cells may go on in the next line after a dot, or where a word of CamelCase begins.
  for (const code of document.querySelectorAll(".md-typeset__table td code:not(:has(*))"))
    if (/\w{3}\.\w{3}|^[A-Za-z]{20}/.test(code.textContent) && code.textContent.length > 16)
      code.innerHTML = code.innerHTML.replace(/(?<=\w{3}\.)(?=\w{3})|(?<=[a-z]{3})(?=[A-Z][a-z]{3})/g, "<wbr>");
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.setAttribute("role", "none");
};
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
reachable();
