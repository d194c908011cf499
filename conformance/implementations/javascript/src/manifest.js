/** A bundle: its manifest, and what its entries say of the files beside it. */

import { entriesOf } from "./desk.js";
import { Nested, NumberText } from "./json.js";
import { RecordFiller } from "./jsonl.js";
import { decoded } from "./lines.js";
import { PROFILES } from "./standard.js";
import { input } from "./validate.js";

/** @typedef {import("./reading.js").Format} Format */
/** @typedef {import("./row.js").Row} Row */
/** @typedef {import("./standard.js").Profile} Profile */
/** @typedef {import("./standard.js").Standard} Standard */
/** @typedef {import("./validate.js").Input} Input */
/**
 * @typedef {object} BundleFile A file beside the manifest.
 * @property {string} path relative to the manifest, with forward slashes
 * @property {boolean} isRegular or a link to a regular file of the bundle
 * @property {number} size
 * @property {() => Promise<string>} digest SHA-256 in hexadecimal
 * @property {() => AsyncIterable<Uint8Array>} chunks what it holds, unpacked
 */
/**
 * @typedef {object} Folder What a bundle is made of.
 * @property {string} path as its user names it
 * @property {Uint8Array | null} manifest null where there is no regular file of that name
 * @property {BundleFile[]} files none of them hidden
 */

export const MANIFEST = "manifest.json";
const LONGEST_MANIFEST = 4 * 1024 * 1024;
const MARK = [0xef, 0xbb, 0xbf];
/** @type {readonly string[]} */
const FORMATS = ["jsonl", "csv"];

/** One entry of `files`. */
export class Entry {
  /**
   * @param {Row} row
   * @param {import("./dataset.js").Dataset} shape
   */
  constructor(row, shape) {
    this.row = row;
    this.shape = shape;
    /** The file that it names, where it is there. @type {BundleFile | undefined} */
    this.file = undefined;
    this.isRepeated = false;
    /** Its place among the inputs, where its file is read. @type {number | undefined} */
    this.input = undefined;
  }

  /**
   * What it states, where that is well formed.
   *
   * @param {string} name
   * @returns {any}
   */
  says(name) {
    const at = this.shape.at(name);
    const stated = this.row.malformed.includes(at) ? undefined : this.row.stated[at];
    if (stated instanceof NumberText) return Number(stated.text);
    return stated instanceof Nested ? stated.value : stated;
  }

  /**
   * Whether a member is there, and malformed.
   *
   * @param {string} name
   */
  garbles(name) {
    return this.row.malformed.includes(this.shape.at(name));
  }

  /** Whether its file can be judged: it names one file that no other entry names. */
  get isSound() {
    return this.says("path") !== undefined && !this.isRepeated;
  }
}

export class Bundle {
  /**
   * @param {Standard} standard
   * @param {Folder} folder
   */
  constructor(standard, folder) {
    this.folder = folder;
    this.dataset = standard.dataset("manifest");
    this.path = `${folder.path}/${MANIFEST}`;
    const filler = new RecordFiller(this.dataset);
    this.isMarked = MARK.every((byte, at) => folder.manifest?.[at] === byte);
    this.isReadable = folder.manifest !== null && this.read(filler, folder.manifest);
    this.row = filler.row;
    if (!this.isReadable) this.row.clear();
    this.dataset.judge(this.row, () => {});
    const list = this.isReadable ? this.row.stated[this.dataset.at("files")] : undefined;
    const shape = /** @type {import("./dataset.js").Dataset} */ (this.dataset.columns[this.dataset.at("files")].entry);
    this.entries = list instanceof Nested ? [...entriesOf(shape, list)].map((row) => new Entry(row, shape)) : [];
    /** Whether some member of `files` does not tell which file it is about. */
    this.isVague = this.entries.length === 0 || /** @type {any} */ (list).value.length !== this.entries.length;
    for (const entry of this.entries) shape.judge(entry.row, () => {});
    this.match();
  }

  /**
   * @param {RecordFiller} filler
   * @param {Uint8Array} bytes
   */
  read(filler, bytes) {
    if (bytes.length > LONGEST_MANIFEST) return false;
    const { text, wellFormed } = decoded(this.isMarked ? bytes.subarray(MARK.length) : bytes);
    return wellFormed && filler.fill(text).fault === null;
  }

  /** Find the file of each entry. */
  match() {
    const files = new Map(this.folder.files.map((file) => [file.path.normalize("NFC"), file]));
    const met = new Set([sameOnManyMachines(MANIFEST)]);
    for (const entry of this.entries) {
      const path = entry.says("path");
      if (path === undefined) {
        this.isVague = true;
        continue;
      }
      const name = sameOnManyMachines(path);
      entry.isRepeated = met.has(name);
      met.add(name);
      entry.file = files.get(path.normalize("NFC"));
    }
  }

  /** @returns {Profile | undefined} the profile that it claims */
  get profile() {
    const claimed = this.stated("profile");
    return PROFILES.find((profile) => profile === claimed);
  }

  /**
   * What the manifest states, where that is well formed.
   *
   * @param {string} name
   * @returns {any}
   */
  stated(name) {
    const at = this.dataset.at(name);
    return this.row.malformed.includes(at) ? undefined : this.row.stated[at];
  }

  /**
   * The manifest, and the files that it lists.
   *
   * @returns {Input[]}
   */
  inputs() {
    /** @type {Input[]} */
    const inputs = [this.ownInput()];
    for (const entry of this.entries) {
      const [dataset, format] = [entry.says("dataset"), entry.says("format")];
      if (!entry.isSound || !entry.file?.isRegular || dataset === undefined || format === undefined) continue;
      if (!FORMATS.includes(format))
        throw new RangeError(`${entry.says("path")} is in the format ${format}, which this program does not read.`);
      entry.input = inputs.length;
      inputs.push(input(dataset, this.pathOf(entry.file.path), format, entry.file.chunks));
    }
    return inputs;
  }

  /** @param {string} path of a file */
  pathOf(path) {
    return `${this.folder.path}/${path}`;
  }

  /** @returns {Input} */
  ownInput() {
    return {
      dataset: this.dataset.name,
      path: this.path,
      read: (_, handler) => {
        if (this.isMarked) handler.mark?.();
        if (!this.isReadable) return;
        this.row.malformed.length = 0;
        handler.row(this.row);
      },
    };
  }
}

/**
 * A path as file systems compare it that keep neither case nor the form of accents.
 *
 * @param {string} path
 */
function sameOnManyMachines(path) {
  // Upper case first, since there the letters meet that full case folding makes equal.
  return path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}
