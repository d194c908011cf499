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
 */

/** A check ends without a result; the message is for the user. */
export class Failed extends Error {}

/** The user does not want the result any more. */
export class Cancelled extends Error {}

const GONE = "The browser stopped the check, probably for want of memory. Use the command line for this export.";
export const UNLOADED = "The validator cannot be loaded. Reload the page when there is a network.";

export class Engine {
  constructor() {
    /** @type {Task | null} */
    this.task = null;
    /** The number of the newest check that is asked for; an older one is not begun any more. */
    this.newest = 0;
    this.ready = this.start();
    this.ready.catch(() => {});
  }

  /** @returns {Promise<string[]>} the addresses of everything that the worker loaded */
  start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker = worker;
    return new Promise((resolve, reject) => {
      let isReady = false;
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Failed(UNLOADED));
        this.end((task) => task.reject(new Failed(isReady ? GONE : UNLOADED)));
        if (isReady) this.restart();
      };
      worker.onmessage = ({ data }) => {
        if (data.loaded) {
          isReady = true;
          resolve(data.loaded);
        } else if (data.unloaded) reject(new Failed(UNLOADED));
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
  async check(files, options, progress = () => {}) {
    this.cancel();
    const own = this.newest;
    await this.ready;
    if (own !== this.newest) throw cancelled();
    return new Promise((resolve, reject) => {
      this.task = { resolve, reject, progress };
      this.worker?.postMessage({ files, options });
    });
  }

  /** Stop at once, whatever the worker is doing. */
  cancel() {
    this.newest++;
    if (!this.task) return;
    this.end((task) => task.reject(cancelled()));
    this.restart();
  }

  restart() {
    this.worker?.terminate();
    this.ready = this.start();
    this.ready.catch(() => {});
  }
}

function cancelled() {
  return new Cancelled("The check was cancelled.");
}
