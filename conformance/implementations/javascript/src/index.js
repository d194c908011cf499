/** A validator of the Open Tokenomics Standard, for browsers and Node. */

export { Bundle, MANIFEST } from "./manifest.js";
export { PROFILES, Standard } from "./standard.js";
export { input, validate } from "./validate.js";
export { validateRecords, verdictOf } from "./records.js";
