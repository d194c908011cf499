/** Copies the published files of every version beside the package, so that it works outside a checkout. */

import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const from = fileURLToPath(new URL("../../../../schemas", import.meta.url));
const to = fileURLToPath(new URL("../schemas", import.meta.url));
rmSync(to, { recursive: true, force: true });
for (const version of readdirSync(from)) {
  if (existsSync(join(from, version, "catalogue.json")))
    cpSync(join(from, version), join(to, version), { recursive: true });
}
