export class BundleChecks {
  /** @type {import("./standard.js").Profile | null} */
  profile = null;
  statesRows = false;
}
