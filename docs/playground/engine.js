/** The validator in its worker, one check at a time. */

/** @typedef {import("./validator/src/report.js").Examination} Examination */
/** @typedef {import("./validator/src/web/index.js").Options} Options */
/** @typedef {import("./validator/src/web/index.js").Progress} Progress */
/** @typedef {import("./validator/src/web/index.js").WebFile} WebFile */
/**
 * @typedef {object} Task
 * @property {(examination: Examination) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(progress: Progress) => void} progress
 * @property {boolean} isBegun whether the worker was told of it
 */

/** A check ends without a result; the message is for the user. */
export class Failed extends Error {}

/** The user does not want the result any more. */
export class Cancelled extends Error {}

const GONE = "The browser stopped the check, probably for want of memory. Use the command line for this export.";
const UNEXPECTED = "The page stopped at something that nobody thought of. Reload it, or use the command line.";
export const UNLOADED = "The validator cannot be loaded. Reload the page when there is a network.";

export class Engine {
  constructor() {
    /** @type {Task | null} */
    this.task = null;
    this.isReady = false;
    this.ready = this.start();
    this.ready.catch(() => {});
  }

  /** @returns {Promise<string[]>} the addresses of everything that the worker loaded */
  start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker = worker;
    this.isReady = false;
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Failed(UNLOADED));
        this.end((task) => task.reject(new Failed(this.isReady ? GONE : UNLOADED)));
        if (this.isReady) this.restart();
      };
      worker.onmessage = ({ data }) => {
        if (data.loaded) {
          this.isReady = true;
          resolve(data.loaded);
        } else if (data.unloaded) reject(new Failed(data.unloaded));
        else this.take(data);
      };
    });
  }

  /** @param {{progress?: Progress, examination?: Examination, refused?: string}} answer */
  take({ progress, examination, refused }) {
    if (progress) this.task?.progress(progress);
    else if (examination) this.end((task) => task.resolve(examination));
    else this.end((task) => task.reject(new Failed(refused)));
  }

  /** @param {(task: Task) => void} how */
  end(how) {
    const { task } = this;
    this.task = null;
    if (task) how(task);
  }

  /**
   * Check files; a check that still runs is cancelled.
   *
   * @param {WebFile[]} files
   * @param {Omit<Options, "progress">} options
   * @param {(progress: Progress) => void} [progress]
   * @returns {Promise<Examination>}
   * @throws {Failed | Cancelled}
   */
  check(files, options, progress = () => {}) {
    this.cancel();
    return new Promise((resolve, reject) => {
      const task = { resolve, reject, progress, isBegun: false };
      this.task = task;
      const begin = () => {
        // It may have been cancelled while the worker was loaded.
        if (this.task !== task) return;
        task.isBegun = true;
        this.worker?.postMessage({ files, options });
      };
      this.ready.then(begin, (error) => this.task === task && this.end(() => reject(error)));
    });
  }

  /** Stop at once, whatever the worker is doing. */
  cancel() {
    const isBusy = this.task?.isBegun;
    this.end((task) => task.reject(new Cancelled("The check was cancelled.")));
    if (isBusy) this.restart();
  }

  restart() {
    this.worker?.terminate();
    this.ready = this.start();
    this.ready.catch(() => {});
  }
}

/**
 * What a user is told of an error: nothing of what only programmers understand.
 *
 * @param {unknown} error
 */
export function told(error) {
  if (error instanceof Failed || error instanceof Cancelled) return error.message;
  console.info(error);
  return UNEXPECTED;
}

/**
 * @param {string} path of data that come with the pages
 * @throws {Failed}
 */
export async function data(path) {
  try {
    const answer = await fetch(new URL(`data/${path}`, import.meta.url), { cache: "no-cache" });
    if (answer.ok) return await answer.json();
  } catch (error) {
    console.info(error);
  }
  throw new Failed(UNLOADED);
}
