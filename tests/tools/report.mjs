// Drives reports in a real browser: node report.mjs CHROMIUM FOLDER
// Opens every page of the folder from the disk and fails at the first surprise.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, folder] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const browser = await chromium.launch({ executablePath, args });
try {
  for (const file of readdirSync(folder).filter((it) => it.endsWith(".html")).sort()) {
    const address = pathToFileURL(join(folder, file)).href;
    for (const size of [{ width: 1600, height: 900 }, { width: 360, height: 640 }]) {
      await visit(address, { viewport: size, colorScheme: "light", reducedMotion: "reduce" }, everything);
    }
    await visit(address, { javaScriptEnabled: false }, withoutScript);
    await visit(address, { colorScheme: "dark" }, onPaper);
  }
} finally {
  await browser.close();
}

async function visit(address, options, check) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(20000);
  const page = await context.newPage();
  const asked = [];
  const said = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(address);
  const name = `${address} ${JSON.stringify(options)}`;
  try {
    await check(page, address);
    if (options.javaScriptEnabled !== false) {
      assert.equal(await page.evaluate(() => window.harm), undefined, "a name ran as a script");
    }
    assert.deepEqual(said, [], "the console stays silent");
    assert.deepEqual(asked.filter((url) => url !== address && !url.startsWith("data:")), [], "no request leaves the page");
    assert.ok(asked.includes(address));
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
  await context.close();
}

async function everything(page, address) {
  await findings(page);
  await pictures(page);
  await details(page);
  await search(page);
  await filters(page);
  await camera(page);
  await keyboard(page);
  await numbers(page);
  await links(page, address);
  await theme(page);
  await layout(page);
}

function facts(page) {
  return page.evaluate(() => JSON.parse(document.getElementById("facts").textContent));
}

function seen(page) {
  return page.evaluate(() => document.querySelector("section.view:not([hidden])").dataset.view);
}

function hits(page) {
  return page.evaluate(() => [...document.querySelectorAll("section.view:not([hidden]) .hit")].map((it) => it.dataset.id));
}

function transform(page) {
  return page.evaluate(() => document.querySelector("section.view:not([hidden]) svg").style.transform);
}

async function open(page, view) {
  await page.click(`nav a[data-view="${view}"]`);
  await page.waitForFunction((view) => document.querySelector("section.view:not([hidden])").dataset.view === view, view);
}

// The page listens first: when this hears of it, the page has gone back.
function back(page) {
  return page.evaluate(() => new Promise((done) => {
    window.addEventListener("hashchange", done, { once: true });
    history.back();
  }).then(() => undefined));
}

function settled(page) {
  return page.waitForTimeout(50);
}

async function findings(page) {
  const known = await facts(page);
  assert.ok(known.findings.length > 0);
  for (const finding of known.findings) {
    await page.click(`#findings li[data-number="${finding.number}"] .what`);
    await settled(page);
    assert.ok(page.url().includes(`finding=${finding.number}`));
    const first = finding.hits.filter((hit) => hit.primary).map((hit) => hit.id);
    assert.deepEqual((await hits(page)).sort(), first.sort());
    if (first.length === 0) continue;
    const inside = await page.evaluate(() => {
      const box = document.querySelector("section.view:not([hidden]) .hit").getBoundingClientRect();
      const stage = document.querySelector("section.view:not([hidden]) .stage").getBoundingClientRect();
      return box.left >= stage.left - 1 && box.right <= stage.right + 1 && box.top >= stage.top - 1 && box.bottom <= stage.bottom + 1;
    });
    assert.ok(inside, `finding ${finding.number} is brought to sight`);
    assert.ok(await page.isVisible(`#findings li[data-number="${finding.number}"] .more`));
  }
}

async function pictures(page) {
  const known = await facts(page);
  for (const view of known.views) {
    await open(page, view.name);
    assert.equal(await seen(page), view.name);
    assert.equal(await page.getAttribute(`nav a[data-view="${view.name}"]`, "aria-current"), "page");
  }
  await open(page, "requirements-table");
  assert.ok(await page.isHidden(".zoom"));
  await page.locator("section.view:not([hidden]) table th[scope=row] button").first().click();
  assert.ok(await page.isVisible("#details"));
  await page.keyboard.press("Escape");
}

async function details(page) {
  const known = await facts(page);
  const [hit] = known.findings[0].hits;
  await open(page, known.views[hit.view].name);
  const id = known.findings[0].hits.find((it) => it.primary).id;
  const element = known.elements.find((it) => it.id === id);
  await page.click(`section.view:not([hidden]) [data-id="${id}"] text`);
  assert.equal(await page.textContent("#details h2"), element.title);
  assert.ok((await page.textContent("#details")).includes(known.findings[0].message.replaceAll("`", "").slice(0, 8)));
  assert.deepEqual(await hits(page), [id]);
  const start = await seen(page);
  for (const at of element.views) {
    const view = known.views[at];
    if (view.name === start) continue;
    await page.click(`#details button:text-is(${JSON.stringify(view.label)})`);
    assert.equal(await seen(page), view.name);
    assert.ok((await hits(page)).includes(id));
    await back(page);
    assert.equal(await seen(page), start);
    assert.equal(await page.textContent("#details h2"), element.title);
  }
  await page.click("#details .what");
  assert.ok(page.url().includes("finding=1"));
  await back(page);
  assert.ok(await page.isVisible("#details"));
  await page.keyboard.press("Escape");
  assert.ok(await page.isHidden("#details"));
  assert.deepEqual(await hits(page), []);
}

async function search(page) {
  const known = await facts(page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  const element = known.elements.find((it) => it.id === "component:store");
  await page.keyboard.type("component:store");
  assert.match(await page.textContent("#said"), /^\d+ result/);
  assert.equal(await page.getAttribute("#search", "aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const active = await page.getAttribute("#search", "aria-activedescendant");
  assert.ok((await page.textContent("#" + active)).startsWith(element.title));
  await page.keyboard.press("Enter");
  assert.equal(await page.textContent("#details h2"), element.title);
  assert.ok(await page.isHidden("#results"));
  await page.fill("#search", "missing-cache");
  assert.equal(await page.locator("#results li").count(), known.findings.length);
  await page.locator("#results li").first().click();
  assert.ok(page.url().includes("finding=1"));
  await page.fill("#search", "zzzz");
  assert.equal(await page.textContent("#said"), "no results");
  await page.keyboard.press("Escape");
  assert.ok(await page.isHidden("#results"));
}

async function filters(page) {
  const all = await page.locator("#findings li.finding:visible").count();
  await page.click(".filter.error");
  assert.equal(await page.getAttribute(".filter.error", "aria-pressed"), "false");
  assert.equal(await page.locator("#findings li.finding.error:visible").count(), 0);
  assert.ok((await page.locator("#findings li.finding:visible").count()) < all);
  assert.match(await page.textContent("#said"), / of \d+ findings$/);
  await page.click(".filter.error");
  assert.equal(await page.locator("#findings li.finding:visible").count(), all);
}

async function camera(page) {
  await open(page, "components");
  await page.click("#fit");
  const fitted = await transform(page);
  for (const press of ["#closer", "#farther"]) {
    const before = await transform(page);
    await page.click(press);
    assert.notEqual(await transform(page), before, press);
  }
  await page.click("#fit");
  assert.equal(await transform(page), fitted);
  const stage = await page.locator("section.view:not([hidden]) .stage").boundingBox();
  const middle = [stage.x + stage.width / 2, stage.y + 20];
  await page.mouse.move(...middle);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction((before) => document.querySelector("section.view:not([hidden]) svg").style.transform !== before, fitted);
  const near = await transform(page);
  await page.mouse.down();
  await page.mouse.move(middle[0] - 40, middle[1] + 30, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await transform(page), near);
  assert.deepEqual(await hits(page), [], "a drag is no click");
  await pinch(page, middle);
  await page.click("#fit");
}

async function pinch(page, [x, y]) {
  const before = await transform(page);
  await page.evaluate(([x, y]) => {
    const stage = document.querySelector("section.view:not([hidden]) .stage");
    stage.setPointerCapture = () => {};
    const send = (type, pointerId, dx) => stage.dispatchEvent(new PointerEvent(type, { pointerId, pointerType: "touch", button: type === "pointermove" ? -1 : 0, clientX: x + dx, clientY: y, bubbles: true }));
    send("pointerdown", 11, -20);
    send("pointerdown", 12, 20);
    for (const step of [30, 40, 50]) send("pointermove", 12, step);
    send("pointerup", 11, -20);
    send("pointerup", 12, 50);
    delete stage.setPointerCapture;
  }, [x, y]);
  const scale = (text) => Number(/scale\((.*)\)/.exec(text)[1]);
  assert.ok(scale(await transform(page)) > scale(before) * 1.3, "two fingers apart zoom in");
}

async function keyboard(page) {
  await open(page, "components");
  await page.focus("section.view:not([hidden]) .stage");
  for (const key of ["+", "-", "ArrowLeft", "ArrowDown", "0"]) {
    const before = await transform(page);
    await page.keyboard.press(key);
    assert.notEqual(await transform(page), before, key);
  }
  await page.focus('section.view:not([hidden]) [data-id="component:gate"]');
  await page.keyboard.press("Enter");
  assert.ok(page.url().endsWith("#view=components&element=component:gate"));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H2");
  await page.keyboard.press("Escape");
  await page.focus("#findings li .what");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.ok(page.url().includes("finding=2"));
  const unnamed = await page.evaluate(() => [...document.querySelectorAll("button, a, input")]
    .filter((it) => !it.textContent.trim() && !it.getAttribute("aria-label")).length);
  assert.equal(unnamed, 0);
}

// Charts fit their page, and who stands in one is found from there.
async function numbers(page) {
  await open(page, "numbers/load");
  assert.ok(await page.isHidden(".zoom"));
  const shown = await page.evaluate(() => [...document.querySelectorAll("section.view:not([hidden]) figure svg")]
    .filter((it) => it.getClientRects().length > 0).map((it) => [it.getBoundingClientRect().width, it.viewBox.baseVal.width, it.closest(".text").clientWidth]));
  assert.equal(shown.length, 1);
  const [[drawn, natural, room]] = shown;
  assert.ok(drawn <= room && drawn > natural * 0.75, `${drawn} of ${natural} in ${room}`);
  const row = page.locator('section.view:not([hidden]) figure [data-id="component:feeds"]:visible');
  await row.locator("text").first().click();
  assert.ok(page.url().includes("element=component:feeds"));
  assert.ok((await hits(page)).includes("component:feeds"));
  await page.keyboard.press("Escape");
  await row.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H2");
  await page.keyboard.press("Escape");
  const unnamed = await page.evaluate(() => [...document.querySelectorAll("figure svg")].filter((it) => !it.getAttribute("aria-label")).length);
  assert.equal(unnamed, 0);
  const heads = await page.locator("section.view:not([hidden]) tbody tr").evaluateAll((rows) => rows.every((row) => row.firstElementChild.matches("th[scope=row]")));
  assert.ok(heads, "rows of tables have a head");
}

async function links(page, address) {
  await page.goto("about:blank");
  await page.goto(address + "#view=flow-OpenFeed&element=component:gate");
  assert.equal(await seen(page), "flow-OpenFeed");
  assert.ok((await hits(page)).includes("component:gate"));
  for (const wrong of ["#view=nowhere&element=component:no&finding=99", "#%", "#view", "#element=%3Cimg%3E"]) {
    await page.goto("about:blank");
    await page.goto(address + wrong);
    assert.ok(await page.isVisible("section.view:not([hidden])"), wrong);
  }
  await page.goto(address + "#view=components");
}

async function theme(page) {
  const colours = () => page.evaluate(() => {
    const box = document.querySelector('section.view:not([hidden]) [data-id="component:gate"] rect');
    return [getComputedStyle(document.body).backgroundColor, getComputedStyle(box).fill, getComputedStyle(document.body).color];
  });
  const light = await colours();
  await page.click("#theme");
  const dark = await colours();
  light.forEach((colour, at) => assert.notEqual(colour, dark[at]));
  await page.reload();
  assert.deepEqual(await colours(), dark, "the choice is kept for the session");
  await page.click("#theme");
  assert.deepEqual(await colours(), light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await colours(), light, "the reader's choice stands above the system's");
}

async function layout(page) {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(sideways <= 0, "nothing stands over the side");
}

// Without scripts the page is a document: everything is there, in order.
async function withoutScript(page) {
  const views = page.locator("section.view");
  for (let at = 0; at < (await views.count()); at += 1) assert.ok(await views.nth(at).isVisible());
  const rows = page.locator("li.finding .more");
  for (let at = 0; at < (await rows.count()); at += 1) assert.ok(await rows.nth(at).isVisible());
}

async function onPaper(page) {
  await open(page, "components");
  await page.focus("section.view:not([hidden]) .stage");
  await page.keyboard.press("+");
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const shown = await page.evaluate(() => ({
    views: [...document.querySelectorAll("section.view")].every((it) => it.getClientRects().length > 0),
    tools: document.querySelector(".zoom").getClientRects().length,
    help: [...document.querySelectorAll("li.finding .more")].every((it) => it.getClientRects().length > 0),
    moved: [...document.querySelectorAll(".stage > svg")].map((it) => getComputedStyle(it).transform),
    ground: getComputedStyle(document.body).backgroundColor,
  }));
  assert.ok(shown.views && shown.help && shown.tools === 0);
  assert.ok(shown.moved.every((it) => it === "none"));
  assert.notEqual(shown.ground, dark, "paper is white");
  const paper = await page.pdf();
  const pages = paper.toString("latin1").match(/\/Type \/Page\b/g).length;
  const views = await page.locator("section.view").count();
  assert.ok(pages > views, `${pages} sheets for ${views} pictures and the findings`);
}
