/** A validator of the Open Tokenomics Standard, for browsers and Node. */

export { input, validate } from "./validate.js";
export { PROFILES, Standard } from "./standard.js";
