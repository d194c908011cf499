/** Checks of kind `bundle`: a manifest against its files. */

import { VERSION_COLUMN } from "./dataset.js";
import { rank } from "./standard.js";

/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./judge.js").Judge} Judge */
/** @typedef {import("./manifest.js").Bundle} Bundle */
/** @typedef {import("./manifest.js").Entry} Entry */
/** @typedef {import("./row.js").Row} Row */
/** @typedef {import("./standard.js").Profile} Profile */
/** @typedef {import("./tally.js").Tally} Tally */

/** What the records of one file say that its manifest speaks of. */
class Seen {
  /**
   * @param {Entry} entry
   * @param {Dataset} dataset of its records
   * @param {Bundle} bundle
   */
  constructor(entry, dataset, bundle) {
    this.entry = entry;
    this.rows = 0;
    /** @type {Set<string>} */
    this.versions = new Set();
    this.inside = false;
    this.outside = false;
    this.hasRemainder = false;
    this.version = dataset.byName.get(VERSION_COLUMN)?.at;
    this.identifier = dataset.identifier?.at;
    this.remainder = entry.says("remainder_record_id");
    this.isInside = dataset.name === "usage" ? within(bundle, dataset) : () => undefined;
  }

  /** @param {Row} row */
  take(row) {
    if (row.fault !== null) return;
    const version = this.version === undefined ? undefined : row.values[this.version];
    if (version !== undefined) this.versions.add(version);
    if (this.remainder !== undefined && this.identifier !== undefined) {
      if (row.stated[this.identifier] === this.remainder) this.hasRemainder = true;
    }
    const inside = this.isInside(row);
    if (inside === true) this.inside = true;
    if (inside === false) this.outside = true;
  }
}

/**
 * Whether a usage record is within the period of a manifest; undefined where that cannot be said.
 *
 * @param {Bundle} bundle
 * @param {Dataset} dataset
 * @returns {(row: Row) => boolean | undefined}
 */
function within(bundle, dataset) {
  const [start, end] = ["period_start", "period_end"].map((name) => bundle.row.values[bundle.dataset.at(name)]);
  if (start === undefined || end === undefined || start >= end) return () => undefined;
  const [begins, ends, category, kind] = [
    "charge_period_start",
    "charge_period_end",
    "charge_category",
    "charge_class",
  ].map((name) => dataset.at(name));
  return ({ values, malformed }) => {
    if (values[kind] === "correction") return true;
    if (malformed.includes(kind)) return undefined;
    const beginsWithin = values[begins] === undefined ? undefined : values[begins] >= start && values[begins] < end;
    if (beginsWithin === false) return false;
    if (values[category] !== undefined && values[category] !== "usage") return beginsWithin;
    const endsWithin = values[ends] === undefined ? undefined : values[ends] <= end;
    if (values[category] === undefined) return endsWithin === true ? beginsWithin : undefined;
    return endsWithin === false ? false : endsWithin && beginsWithin;
  };
}

export class BundleChecks {
  /**
   * @param {Judge} judge
   * @param {Bundle} bundle
   */
  constructor(judge, bundle) {
    this.judge = judge;
    this.bundle = bundle;
    /** @type {Map<number, Seen>} */
    this.seen = new Map();
    /** @type {Map<string, Tally>} */
    this.tallies = new Map();
    for (const tally of judge.tallies.values()) {
      const { check } = tally.requirement;
      if (check.kind === "bundle") this.tallies.set(check.fault, tally);
    }
  }

  /**
   * Watch the records of an input.
   *
   * @param {number} at
   * @param {Dataset} dataset
   * @returns {Seen | undefined}
   */
  watch(at, dataset) {
    const entry = this.bundle.entries.find((each) => each.input === at);
    if (!entry) return undefined;
    const seen = new Seen(entry, dataset, this.bundle);
    this.seen.set(at, seen);
    return seen;
  }

  /**
   * Whether the manifest says how many records each file of a dataset has.
   *
   * @param {string} dataset
   */
  statesRows(dataset) {
    if (dataset === this.bundle.dataset.name) return true;
    return this.bundle.entries.every(
      (entry) => entry.input === undefined || entry.says("dataset") !== dataset || entry.says("rows") !== undefined,
    );
  }

  /**
   * Count a fault as evaluated, and as violated where it is there.
   *
   * @param {string} fault
   * @param {boolean} violated
   * @param {string} [path] of a file
   * @param {string | null} [value]
   */
  judged(fault, violated, path = this.bundle.path, value = null) {
    const tally = /** @type {Tally} */ (this.tallies.get(fault));
    tally.evaluated++;
    if (!violated) return;
    const column = tally.requirement.columns[0] ?? null;
    tally.add({
      dataset: this.bundle.dataset.name,
      input: null,
      path,
      row: null,
      line: null,
      recordId: null,
      column,
      value,
    });
  }

  /** The manifest and its files were read, and everything else was judged. */
  async finish() {
    const { bundle } = this;
    this.judged("manifest", !bundle.isReadable);
    if (!bundle.isReadable) return;
    for (const entry of bundle.entries) this.judgeEntry(entry);
    this.judgeUnlisted();
    for (const entry of bundle.entries) if (entry.isSound && entry.file?.isRegular) await this.judgeFile(entry);
    for (const seen of this.seen.values()) this.judgeRecords(seen);
  }

  /** @param {Entry} entry */
  judgeEntry(entry) {
    const path = entry.says("path");
    if (path === undefined) return;
    const place = entry.file && this.bundle.pathOf(path);
    this.judged("repeated", entry.isRepeated, place, path);
    if (entry.isRepeated) return;
    this.judged("missing", !entry.file?.isRegular, place, path);
    const [names, dataset] = [entry.says("grouped_by"), entry.says("dataset")];
    if (names === undefined || dataset === undefined) return;
    const { byName, custom } = this.judge.standard.dataset(dataset);
    const other = names.find(
      (/** @type {string} */ name) => !byName.has(name) && !custom.some((each) => each.test(name)),
    );
    this.judged("grouping", other !== undefined, place, other ?? null);
  }

  judgeUnlisted() {
    // An entry that does not say which file it is about may be about any of them.
    if (this.bundle.isVague) return;
    const listed = new Set(this.bundle.entries.map((entry) => entry.says("path").normalize("NFC")));
    for (const { path } of this.bundle.folder.files) {
      this.judged("unlisted", !listed.has(path.normalize("NFC")), this.bundle.pathOf(path));
    }
  }

  /** @param {Entry} entry whose file is there */
  async judgeFile(entry) {
    const file = /** @type {import("./manifest.js").BundleFile} */ (entry.file);
    const place = this.bundle.pathOf(file.path);
    const [bytes, sha256] = [entry.says("bytes"), entry.says("sha256")];
    if (bytes !== undefined) this.judged("size", bytes !== file.size, place, String(bytes));
    if (sha256 !== undefined) this.judged("digest", sha256 !== (await file.digest()), place, sha256);
  }

  /** @param {Seen} seen */
  judgeRecords(seen) {
    const { entry, versions } = seen;
    const place = this.bundle.pathOf(/** @type {import("./manifest.js").BundleFile} */ (entry.file).path);
    const rows = entry.says("rows");
    if (rows !== undefined) this.judged("rows", rows !== seen.rows, place, String(rows));
    const stated = this.bundle.row.values[this.bundle.dataset.at(VERSION_COLUMN)];
    const other = [...versions].find((version) => version !== stated);
    if (stated !== undefined && versions.size > 0) this.judged("version", other !== undefined, place, other ?? null);
    if (seen.inside || seen.outside) this.judged("period", seen.outside, place);
    this.judgeTruncation(seen, place);
  }

  /**
   * @param {Seen} seen
   * @param {string} place
   */
  judgeTruncation({ entry, hasRemainder, remainder }, place) {
    const complete = entry.says("complete");
    const members = ["complete", "truncation_reason", "remainder_record_id"];
    if (complete === undefined || members.some((name) => entry.garbles(name))) return;
    if (complete && remainder === undefined) return;
    const isMissing = remainder === undefined ? entry.says("truncation_reason") === undefined : !hasRemainder;
    this.judged("truncated", isMissing, place, remainder ?? null);
  }

  /**
   * Hold the claim of the manifest against what was found, where the bundle is held to less.
   *
   * @param {Profile} profile that it is held to
   * @param {Tally[]} tallies of everything
   */
  judgeClaim(profile, tallies) {
    const claimed = this.bundle.profile;
    if (claimed === undefined || rank(claimed) <= rank(profile)) return;
    const fails = tallies.some(
      ({ requirement, violations }) =>
        requirement.keyword === "MUST" && violations > 0 && rank(requirement.profile) <= rank(claimed),
    );
    this.judged("profile", fails, undefined, claimed);
  }

  /** The version of the manifest counts where no record states one. */
  judgeVersion() {
    const { bundle, judge } = this;
    const stated = bundle.isReadable ? bundle.row.values[bundle.dataset.at(VERSION_COLUMN)] : undefined;
    if (judge.version === undefined && stated !== undefined) judge.stated(bundle.dataset, bundle.row, stated);
  }
}
