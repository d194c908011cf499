/** Which requirement owns which keyword of the schemas, as the pointers of `schema` checks say. */

/** @typedef {import("./standard.js").Schema} Schema */
/** @typedef {import("./standard.js").Requirement} Requirement */
/**
 * @typedef {object} ShapeError A keyword that a value violates.
 * @property {string} keyword
 * @property {string} instancePath
 * @property {{"x-at": string}} parentSchema where the schema stands that has the keyword
 */
/** @typedef {((value: unknown) => boolean) & {errors?: ShapeError[] | null}} Validator What Ajv made of a schema. */
/** @typedef {{file: string, path: string[]}} Pointer */

/** Any one segment of a pointer. */
const ANY = "*";

export class Ownership {
  /**
   * @param {Record<string, Schema>} schemas by file name
   * @param {Requirement[]} requirements
   * @param {Record<string, Validator>} validators by the pointer to what they judge by
   */
  constructor(schemas, requirements, validators) {
    this.schemas = schemas;
    this.validators = validators;
    this.claims = requirements.flatMap((requirement) =>
      requirement.check.kind === "schema"
        ? requirement.check.at.map((/** @type {string} */ at) => new Claim(requirement.id, at))
        : [],
    );
  }

  /**
   * The requirement that a violated keyword is reported under.
   *
   * @param {Pointer} pointer
   * @returns {string | undefined}
   */
  owner({ file, path }) {
    const ofDataset = this.schemas[file]["x-dataset"] !== undefined;
    /** @type {Claim | undefined} */
    let best;
    for (const claim of this.claims) if (claim.covers(file, ofDataset, path) && claim.beats(best)) best = claim;
    return best?.requirement;
  }

  /**
   * @param {ShapeError} error
   * @returns {string | undefined} undefined where the error only tells of others
   */
  ownerOfError(error) {
    // `if` is no assertion; what is violated is in `then`, and has an error of its own.
    if (error.keyword === "if") return undefined;
    const at = `${error.parentSchema["x-at"]}/${error.keyword}`;
    const owner = this.owner(target(at, ""));
    if (!owner) throw new Error(`No requirement owns the keyword at ${at}.`);
    return owner;
  }

  /**
   * @param {Pointer} pointer
   * @returns {Schema}
   */
  part({ file, path }) {
    return path.reduce((part, key) => part[key], this.schemas[file]);
  }

  /**
   * What judges a value by a part of a schema.
   *
   * @param {Pointer} pointer
   * @returns {Validator}
   */
  validator({ file, path }) {
    const validate = this.validators[`${file}#/${path.join("/")}`];
    if (!validate) throw new Error(`There is no validator for ${file}#/${path.join("/")}.`);
    return validate;
  }

  /**
   * The schema of the members of a list, where they are objects with names of their own.
   *
   * @param {Pointer} pointer of the list
   * @returns {Pointer | undefined}
   */
  entryOf({ file, path }) {
    const reference = this.part({ file, path }).items?.$ref;
    if (typeof reference !== "string") return undefined;
    const entry = target(reference, file);
    return this.part(entry).properties && entry;
  }

  /**
   * The requirements that judge a value of this schema, and what the annotations of it say.
   *
   * @param {Pointer} pointer
   * @returns {{owners: Set<string>, notes: Record<string, any>}}
   */
  judging({ file, path }) {
    const schema = this.part({ file, path });
    /** @type {{owners: Set<string>, notes: Record<string, any>}} */
    const found = { owners: new Set(), notes: {} };
    if (typeof schema.$ref === "string") {
      const inner = this.judging(target(schema.$ref, file));
      inner.owners.forEach((owner) => found.owners.add(owner));
      Object.assign(found.notes, inner.notes);
    }
    for (const [keyword, content] of Object.entries(schema)) {
      if (keyword.startsWith("x-")) found.notes[keyword] = content;
      const owner = saysRequired(keyword, content) ? undefined : this.owner({ file, path: [...path, keyword] });
      if (owner) found.owners.add(owner);
    }
    return found;
  }
}

/**
 * Where a reference leads.
 *
 * @param {string} reference
 * @param {string} file that it stands in
 * @returns {Pointer}
 */
function target(reference, file) {
  const [other, pointer] = reference.split("#");
  return { file: other || file, path: pointer.split("/").slice(1) };
}

/**
 * Whether a keyword only refuses null; that a value is there is counted for the record, and not for the value.
 *
 * @param {string} keyword
 * @param {any} content
 */
function saysRequired(keyword, content) {
  return keyword === "not" && content?.type === "null";
}

class Claim {
  /**
   * @param {string} requirement
   * @param {string} at
   */
  constructor(requirement, at) {
    const [file, pointer] = at.startsWith("/") ? [null, at] : at.split("#");
    this.requirement = requirement;
    this.file = file;
    this.path = pointer.split("/").slice(1);
    this.wild = this.path.filter((segment) => segment === ANY).length;
  }

  /**
   * @param {string} file
   * @param {boolean} ofDataset
   * @param {string[]} path
   */
  covers(file, ofDataset, path) {
    if (this.file === null ? !ofDataset : this.file !== file) return false;
    return this.path.length <= path.length && this.path.every((each, at) => each === ANY || each === path[at]);
  }

  /** @param {Claim | undefined} other */
  beats(other) {
    if (!other || this.path.length !== other.path.length) return !other || this.path.length > other.path.length;
    return this.wild < other.wild;
  }
}
