/** Elements, and what files hold as text that shows as it is. Nothing here parses HTML. */

import { visible } from "./validator/src/text.js";

const ELLIPSIS = "…";

/**
 * @param {string} id
 * @returns {any} the element, which the page has
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * What an input says: printable, cut, and apart from the direction of the text around it.
 *
 * @param {string} text
 * @param {number} most characters
 */
export function said(text, most) {
  const letters = [...text.slice(0, 2 * most + 2)];
  const cut = letters.length > most ? letters.slice(0, most).join("") + ELLIPSIS : text;
  return element("bdi", {}, visible(cut));
}

/**
 * A sentence of the standard, its `code` set apart.
 *
 * @param {string} text
 */
export function prose(text) {
  const parts = text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
  return element("span", {}, ...parts);
}

const NUMBERS = new Intl.NumberFormat("en");

/** @param {number} number */
export function figure(number) {
  return NUMBERS.format(number);
}

/**
 * @param {number} number
 * @param {string} noun
 */
export function count(number, noun) {
  return `${figure(number)} ${plural(noun, number)}`;
}

/**
 * @param {string} noun
 * @param {number} number
 */
export function plural(noun, number) {
  return number === 1 ? noun : `${noun}s`;
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return count(bytes, "byte");
  return bytes < 1e6 ? `${figure(Math.round(bytes / 1000))} kB` : `${figure(Math.round(bytes / 1e5) / 10)} MB`;
}

/**
 * Put a choice into a list.
 *
 * @param {HTMLElement} list
 * @param {string[]} values
 */
export function offer(list, values) {
  list.append(...values.map((value) => element("option", { value }, value)));
}

/**
 * Hand a text over as a file.
 *
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers begin to read it only afterwards.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
