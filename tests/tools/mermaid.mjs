// Draws Mermaid texts in a browser without a window: `node mermaid.mjs CHROMIUM FILE…`
// writes FILE.svg and says of each whether it is accepted.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { judge } from "./judge.mjs";

const [executablePath, ...files] = process.argv.slice(2);
const script = join(dirname(createRequire(import.meta.url).resolve("mermaid")), "mermaid.min.js");
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ],
});
const page = await browser.newPage();
await page.setContent("<!doctype html><body></body>");
await page.addScriptTag({ path: script });
await page.evaluate(() => globalThis.mermaid.initialize({ startOnLoad: false }));
await judge(files, async (file) => {
  const text = await readFile(file, "utf8");
  const svg = await page.evaluate(async (text) => {
    await globalThis.mermaid.parse(text);
    return (await globalThis.mermaid.render("picture", text)).svg;
  }, text);
  await writeFile(`${file}.svg`, svg);
});
await browser.close();
