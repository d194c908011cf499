"use strict";

// Makes the heads of tables into buttons that sort; numbers begin with the largest, texts with the first, gaps end last.
const collator = new Intl.Collator("en", { numeric: true });

const key = (row, index) => {
  const cell = row.cells[index];
  return cell.dataset.value ?? cell.textContent.trim();
};

const compare = (left, right, isFigure) =>
  isFigure ? Number(left) - Number(right) : collator.compare(left, right);

const sort = (table, head, index) => {
  const isFigure = head.classList.contains("figure");
  const first = isFigure ? "descending" : "ascending";
  const other = isFigure ? "ascending" : "descending";
  const order = head.getAttribute("aria-sort") === first ? other : first;
  const sign = order === "ascending" ? 1 : -1;
  const rows = [...table.tBodies[0].rows].map((row) => [key(row, index), row]);
  rows.sort(([left], [right]) =>
    left === "" || right === "" ? (left === "") - (right === "") : sign * compare(left, right, isFigure));
  for (const each of head.parentNode.cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  table.tBodies[0].append(...rows.map(([, row]) => row));
};

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, index));
    head.append(button);
  });
}
