/** A validator of the Open Tokenomics Standard, for browsers and Node. */

export { Bundle, MANIFEST } from "./manifest.js";
export { datasetOf, formatOf } from "./names.js";
export { bindingInputs, PROFILES, Standard } from "./standard.js";
export { examine, input, validate } from "./validate.js";
export { validateRecords, verdictOf } from "./records.js";
