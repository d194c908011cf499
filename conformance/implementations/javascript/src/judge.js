/** Hold inputs to a version of the standard: what a reader hands over is judged record by record. */

import { BundleChecks } from "./bundle.js";
import { AcyclicCheck } from "./checks/acyclic.js";
import { GroupCheck } from "./checks/group.js";
import { NoOverlapCheck } from "./checks/no-overlap.js";
import { QuotientCheck } from "./checks/quotient.js";
import { ReferencesCheck } from "./checks/references.js";
import { RowCheck } from "./checks/row.js";
import { UniqueCheck } from "./checks/unique.js";
import { VERSION_COLUMN } from "./dataset.js";
import { Desk } from "./desk.js";
import { IndexOf } from "./index-of.js";
import { placeOf, Tally } from "./tally.js";

/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./row.js").Row} Row */
/** @typedef {import("./standard.js").Standard} Standard */
/** @typedef {import("./tally.js").Example} Example */
/**
 * @typedef {object} Check A check that looks at records.
 * @property {Tally} tally
 * @property {(dataset: Dataset) => (row: Row) => void} bind
 * @property {() => void} finish
 */
/** @typedef {(dataset: Dataset, row: Row) => void} Recall */

/** @type {Record<string, new (tally: Tally, judge: Judge) => Check>} */
const KINDS = {
  row: RowCheck,
  unique: UniqueCheck,
  references: ReferencesCheck,
  group: GroupCheck,
  no_overlap: NoOverlapCheck,
  acyclic: AcyclicCheck,
  quotient: QuotientCheck,
};

/** The dataset of manifests. */
const MANIFEST = "manifest";

/** Kinds of check that are judged elsewhere: by a reader, on shapes, on bundles, or by nobody. */
const ELSEWHERE = new Set(["encoding", "schema", "bundle", "given", "recompute", "excluded"]);

export class Judge {
  /**
   * @param {Standard} standard
   * @param {ReadonlySet<string>} datasets that are among the inputs
   * @param {number} most examples of each requirement
   * @param {import("./manifest.js").Bundle} [bundle] whose files the inputs are
   */
  constructor(standard, datasets, most, bundle) {
    this.standard = standard;
    this.datasets = datasets;
    /** @type {IndexOf[]} */
    this.indices = [];
    /** What to do with single records when the inputs are read once more. @type {Map<number, Recall[]>} */
    this.recalls = new Map();
    /** @type {(() => void)[]} */
    this.afterwards = [];
    /** @type {Map<string, Tally>} */
    this.tallies = new Map(standard.binding(datasets).map((each) => [each.id, new Tally(each, most)]));
    /** @type {Map<string, Tally>} */
    this.faults = new Map();
    /** @type {Check[]} */
    this.checks = [];
    for (const tally of this.tallies.values()) {
      const { check } = tally.requirement;
      if (check.kind === "recompute") tally.reason = "This program computes no metrics.";
      if (check.kind === "encoding") this.faults.set(check.fault, tally);
      const kind = KINDS[check.kind];
      if (kind) this.checks.push(new kind(tally, this));
      else if (!ELSEWHERE.has(check.kind))
        throw new Error(`${tally.requirement.id} has a check of kind ${check.kind}, which this program does not know.`);
    }
    /** @type {Map<string, Desk>} */
    this.desks = new Map();
    /** The version of the input, which the first record that states one sets. @type {string | undefined} */
    this.version = undefined;
    this.files = 0;
    /** @type {BundleChecks | null} */
    this.bundle = bundle ? new BundleChecks(this, bundle) : null;
  }

  /**
   * @param {string} id
   * @returns {Tally}
   */
  tally(id) {
    return /** @type {Tally} */ (this.tallies.get(id));
  }

  /**
   * @param {string} fault
   * @returns {Tally}
   */
  ofFault(fault) {
    return /** @type {Tally} */ (this.faults.get(fault));
  }

  /**
   * @param {string} dataset
   * @returns {Check[]}
   */
  checksOn(dataset) {
    // What is asked of records is not asked of the manifest that lists them.
    const common = dataset === MANIFEST ? MANIFEST : null;
    return this.checks.filter(
      ({ tally }) => tally.requirement.dataset === dataset || (common === null && tally.requirement.dataset === null),
    );
  }

  /**
   * @param {string} dataset
   * @returns {Desk}
   */
  desk(dataset) {
    let desk = this.desks.get(dataset);
    if (!desk) this.desks.set(dataset, (desk = new Desk(this, this.standard.dataset(dataset))));
    return desk;
  }

  /**
   * Where the values of some columns stand first.
   *
   * @param {string} name of the dataset
   * @param {string[]} columns
   * @param {boolean} within whether records of the dataset itself look there
   * @returns {IndexOf}
   */
  index(name, columns, within) {
    const dataset = this.standard.dataset(name);
    const places = columns.map((column) => dataset.at(column));
    const is = String(places);
    let index = this.indices.find(
      (each) => each.dataset === dataset && String(each.places) === is && each.keeps !== within,
    );
    if (!index) this.indices.push((index = new IndexOf(dataset, places, !within)));
    return index;
  }

  /**
   * @param {string} dataset
   * @param {boolean} within
   */
  indicesOf(dataset, within) {
    return this.indices.filter((each) => each.dataset.name === dataset && each.keeps !== within);
  }

  /**
   * Look at a record once more.
   *
   * @param {number} ordinal
   * @param {Recall} recall
   */
  recall(ordinal, recall) {
    const recalls = this.recalls.get(ordinal);
    if (recalls) recalls.push(recall);
    else this.recalls.set(ordinal, [recall]);
  }

  /** @param {() => void} action */
  afterRecall(action) {
    this.afterwards.push(action);
  }

  /**
   * Show the first of the records that violate a requirement; they are counted already.
   *
   * @param {Tally} tally
   * @param {number[]} ordinals
   * @param {string | null} column
   */
  recallFirst(tally, ordinals, column) {
    for (const ordinal of ordinals.sort((one, two) => one - two).slice(0, tally.most)) {
      this.recall(ordinal, (dataset, row) => tally.examples.push(placeOf(dataset, row, column)));
    }
  }

  /**
   * The input as a whole.
   *
   * @param {string | null} column
   * @returns {Example}
   */
  nowhere(column) {
    const [dataset] = this.datasets;
    return { dataset, input: null, row: null, line: null, recordId: null, column, value: null };
  }

  /**
   * A record states a version.
   *
   * @param {Dataset} dataset
   * @param {Row} row
   * @param {string | undefined} version
   */
  stated(dataset, row, version) {
    if (version === undefined) return;
    this.version ??= version;
    if (version !== this.standard.version && version === this.version) {
      for (const owner of this.unsupportedOwners(dataset)) this.tally(owner).add(placeOf(dataset, row, VERSION_COLUMN));
    }
  }

  /**
   * @param {Dataset} dataset
   * @returns {string[]} the requirement that lists the versions
   */
  unsupportedOwners(dataset) {
    const file = `${dataset.name}.schema.json`;
    return [dataset.ownership.owner({ file, path: ["properties", VERSION_COLUMN, "enum"] }) ?? ""].filter(Boolean);
  }

  /** Every record was taken. */
  close() {
    for (const check of this.checks) check.finish();
  }

  /**
   * Add up what was judged.
   *
   * @returns {Tally[]} in the order of the catalogue
   */
  addUp() {
    const records = [...this.desks.values()].reduce((sum, desk) => sum + desk.records, 0);
    for (const desk of this.desks.values()) {
      if (desk.records === 0 && !this.bundle?.statesRows(desk.dataset.name))
        this.ofFault("no_records").add(desk.nowhere());
    }
    for (const [fault, tally] of this.faults) {
      tally.evaluated = { no_records: this.desks.size, byte_order_mark: this.files }[fault] ?? records;
    }
    this.countShapes();
    this.lookForDatasets();
    // A name or a header counts with the records; where there are more of them, these are what was judged.
    for (const tally of this.tallies.values()) tally.evaluated = Math.max(tally.evaluated, tally.violations);
    return [...this.tallies.values()];
  }

  /** Checks of kind `given`: which datasets there are. */
  lookForDatasets() {
    if (![...this.desks.keys()].some((name) => name !== MANIFEST)) return;
    for (const tally of this.tallies.values()) {
      const { check, columns } = tally.requirement;
      if (check.kind !== "given") continue;
      tally.evaluated = 1;
      if (!check.any_of.some((/** @type {string} */ name) => this.datasets.has(name)))
        tally.add(this.nowhere(columns[0] ?? null));
    }
  }

  countShapes() {
    for (const { dataset, counts } of this.desks.values()) {
      this.tally(dataset.unknownOwner).evaluated += counts.records;
      counts.addUp((requirement, times) => {
        this.tally(requirement).evaluated += times;
      });
    }
  }
}
