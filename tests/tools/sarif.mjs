// Validates SARIF by its schema, and with Microsoft's tool by the rules of the
// standard and those of GitHub: `node sarif.mjs FILE...`.
import { execFile } from "node:child_process";
import { chmod, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";
import { judge } from "./judge.mjs";

const tool = createRequire(import.meta.url)("@microsoft/sarif-multitool");
// `npm ci --ignore-scripts` leaves it as it was packed.
await chmod(tool, 0o755);
// It runs on .NET, which would ask for the ICU libraries.
const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" };

// The schema lies beside the tool, which itself does not complain of what breaks it.
const ajv = new Ajv({ allErrors: true, strict: false });
addFormats(ajv);
const fits = ajv.compile(await readJson(join(dirname(tool), "sarif-2.1.0.json")));

await judge(process.argv.slice(2), async (file) => {
  if (!fits(await readJson(file))) {
    throw new Error(ajv.errorsText(fits.errors));
  }
  const rules = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"];
  const { stdout } = await promisify(execFile)(tool, ["validate", file, ...rules], { env });
  // What it finds does not change its exit code.
  const found = stdout.split("\n").filter((line) => /: (error|warning) \w+:/.test(line));
  if (found.length > 0 || !stdout.includes("Analysis completed successfully")) {
    throw new Error(found.join("\n") || stdout);
  }
});

async function readJson(file) {
  return JSON.parse(await readFile(file, "utf8"));
}
