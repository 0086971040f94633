// Draws D2 texts: `node d2.mjs FILE…` writes FILE.svg and says of each whether it is accepted.
import { readFile, writeFile } from "node:fs/promises";
import { D2 } from "@terrastruct/d2";
import { judge } from "./judge.mjs";

const d2 = new D2();
await judge(process.argv.slice(2), async (file) => {
  const compiled = await d2.compile(await readFile(file, "utf8"));
  const svg = await d2.render(compiled.diagram, compiled.renderOptions);
  await writeFile(`${file}.svg`, svg);
});
process.exit(0);
