/** @typedef {object} Bundle */
export {};
