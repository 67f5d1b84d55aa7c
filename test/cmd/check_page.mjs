// Looks at the page of --size-report=FILE.html in a headless Chromium, over the DevTools protocol.
// usage: node check_page.mjs CHROMIUM PAGE.html PAGE_WITH_DIFFERENCE.html [FOLDER for screenshots]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [chromium, plainPage, differencePage, pictures] = process.argv.slice(2);
const problems = [];
const check = (is, what) => is || problems.push(what);

// -- The protocol: messages with a zero byte at their end, over two pipes
class Browser {
  constructor() {
    this.profile = mkdtempSync(join(tmpdir(), "wald-page-"));
    this.process = spawn(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--no-first-run", "--hide-scrollbars", `--user-data-dir=${this.profile}`, "--remote-debugging-pipe", "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.next = 1;
    this.waiting = new Map();
    this.listeners = [];
    let text = "";
    this.process.stdio[4].on("data", (chunk) => {
      text += chunk;
      for (let end; (end = text.indexOf("\0")) >= 0; text = text.slice(end + 1)) this.receive(JSON.parse(text.slice(0, end)));
    });
  }
  receive(message) {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return this.listeners.forEach((listener) => listener(message));
    this.waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(JSON.stringify(message.error)));
    else waiting.resolve(message.result);
  }
  send(method, params = {}, sessionId = undefined) {
    const id = this.next++;
    return new Promise((accept, reject) => {
      this.waiting.set(id, { resolve: accept, reject });
      this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    });
  }
  async end() {
    const ended = new Promise((done) => this.process.on("exit", done));
    await this.send("Browser.close").catch(() => {});
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Page {
  static async open(browser, file, width = 1280, dark = false) {
    const page = new Page();
    page.browser = browser;
    page.errors = [];
    page.requests = [];
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
    page.session = (await browser.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    let loaded;
    const load = new Promise((done) => (loaded = done));
    browser.listeners.push((message) => {
      if (message.sessionId !== page.session) return;
      if (message.method === "Page.loadEventFired") loaded();
      if (message.method === "Runtime.exceptionThrown") page.errors.push(message.params.exceptionDetails.exception?.description);
      if (message.method === "Log.entryAdded" && message.params.entry.level === "error") page.errors.push(message.params.entry.text);
      if (message.method === "Network.requestWillBeSent") page.requests.push(message.params.request.url);
    });
    for (const domain of ["Page", "Runtime", "Log", "Network", "Accessibility"]) await page.send(domain + ".enable");
    await page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
    await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
    await page.send("Page.navigate", { url: "file://" + resolve(file) });
    await load;
    return page;
  }
  send(method, params) { return this.browser.send(method, params, this.session); }
  async value(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(expression + ": " + exceptionDetails.exception?.description);
    return result.value;
  }
  async key(key) {
    const codes = { ArrowDown: 40, ArrowUp: 38, ArrowLeft: 37, ArrowRight: 39, Enter: 13, Escape: 27, Home: 36, End: 35, Tab: 9 };
    for (const type of ["keyDown", "keyUp"])
      await this.send("Input.dispatchKeyEvent", { type, key, code: key, windowsVirtualKeyCode: codes[key], text: type === "keyDown" && key === "Enter" ? "\r" : undefined });
  }
  async picture(name) {
    if (!pictures) return;
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(join(pictures, name + ".png"), Buffer.from(data, "base64"));
  }
}
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const focused = (page) => page.value("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent");
const path = (page) => page.value("document.getElementById('path').textContent");

async function sums(page) {
  check(await page.value("symbols.reduce((sum, s) => sum + s.size, 0) === data.size"), "symbols do not add up");
  check(await page.value("state.node.size === data.size"), "the treemap does not add up");
  const [boxes, area, whole] = await page.value(`(() => {
    const boxes = boxNodes.filter((box) => box.level === 1), map = document.getElementById("map");
    const size = (box) => { const r = box.element.getBoundingClientRect(); return r.width * r.height; };
    return [boxNodes.length, boxes.reduce((sum, box) => sum + size(box), 0), map.clientWidth * map.clientHeight];
  })()`);
  check(boxes > 20, `${boxes} boxes`);
  check(area > 0.9 * whole && area < 1.02 * whole, `boxes cover ${area} of ${whole}`);
  for (const what of ["packages", "modules", "kinds"]) {
    await page.value(`document.getElementById("what").value = "${what}"; document.getElementById("what").dispatchEvent(new Event("change"))`);
    const text = await page.value("document.getElementById('count').textContent");
    check(text.includes(await page.value("bytes(data.size)") + " bytes"), `${what}: ${text}`);
  }
  await page.value(`document.getElementById("what").value = "symbols"; document.getElementById("what").dispatchEvent(new Event("change"))`);
  await page.value(`document.getElementById("grouping").value = "kind"; document.getElementById("grouping").dispatchEvent(new Event("change"))`);
  check(await page.value("state.node.size === data.size"), "the treemap by kind does not add up");
  await page.value(`document.getElementById("grouping").value = "module"; document.getElementById("grouping").dispatchEvent(new Event("change"))`);
}

async function keyboard(page) {
  await page.value("focusBox(0)");
  const first = await focused(page), whole = await path(page);
  check(/, (module|package), [\d,]+ bytes, /.test(first), `first box: ${first}`);
  await page.key("ArrowDown");
  const second = await focused(page);
  check(second !== first, "ArrowDown stays");
  await page.key("Home");
  await page.key("ArrowRight");
  check((await focused(page)) === second, "ArrowRight does not go into a box");
  await page.key("ArrowLeft");
  check((await focused(page)) === first, "ArrowLeft does not go out");
  await page.key("End");
  check((await focused(page)) !== first, "End stays");
  await page.key("Home");
  await page.key("Enter");
  check((await path(page)) !== whole, "Enter does not zoom");
  check((await page.value("document.getElementById('status').textContent")).startsWith("Treemap shows "), "zooming is not announced");
  check((await page.value("document.getElementById('count').textContent")).includes(" in "), "the table does not follow");
  check((await page.value("document.activeElement.getAttribute('role')")) === "treeitem", "the focus is lost");
  await page.key("Escape");
  check((await path(page)) === whole, "Escape does not zoom out");
  // One stop for Tab in the treemap; all else can be reached, too.
  check((await page.value("document.querySelectorAll('#map [tabindex=\"0\"]').length")) === 1, "not one stop for Tab");
  const seen = new Set();
  await page.value("document.activeElement.blur()");
  for (let i = 0; i < 25; i++) {
    await page.key("Tab");
    seen.add(await page.value("document.activeElement.id || document.activeElement.getAttribute('role') || document.activeElement.dataset.key || document.activeElement.tagName"));
  }
  for (const id of ["search", "grouping", "treeitem", "what", "scroll", "name"]) check(seen.has(id), `Tab does not come to ${id}: ${[...seen]}`);
}

async function searching(page) {
  const all = await page.value("document.getElementById('count').textContent");
  await page.value("document.getElementById('search').value = 'Main.REPORT'; document.getElementById('search').dispatchEvent(new Event('input'))");
  await wait(400);
  const found = await page.value("document.getElementById('count').textContent");
  check(found !== all && /^\d+ rows?, /.test(found), `search: ${found}`);
  check((await page.value("document.querySelector('#table tbody tr .name').textContent")).startsWith("main.report"), "search finds something else");
  check(await page.value("document.querySelectorAll('.box.dim').length > 5 && document.querySelectorAll('.box:not(.dim)').length > 0"), "the treemap does not show what was found");
  await page.value("document.getElementById('search').value = ''; document.getElementById('search').dispatchEvent(new Event('input'))");
  await wait(400);
  check((await page.value("document.getElementById('count').textContent")) === all, "an empty search shows less");
}

async function sorting(page) {
  const column = (style) => page.value(`[...document.querySelectorAll('#table tbody tr')].map((row) => row.querySelector('${style}').textContent)`);
  const sizes = (await column("td")).map((text) => Number(text.replaceAll(",", "")));
  check(sizes.length === 200 && sizes.every((n, i) => i === 0 || n <= sizes[i - 1]), "rows are not sorted by size");
  await page.value("document.querySelector('#table th button[data-key=name]').click()");
  const names = await column(".name");
  check(names.every((name, i) => i === 0 || name >= names[i - 1]), "rows are not sorted by name");
  check((await page.value("document.querySelector('#table th[aria-sort]').textContent")).startsWith("Name"), "aria-sort is elsewhere");
  check((await page.value("document.activeElement.dataset.key")) === "name", "sorting loses the focus");
  await page.value("document.getElementById('more').click()");
  check((await column(".name")).length > 200, "no more rows");
  await page.value("document.querySelector('#table th button[data-key=size]').click()");
}

// What a screen reader is told.
async function accessibility(page) {
  const { nodes } = await page.send("Accessibility.getFullAXTree");
  const roles = new Map();
  for (const node of nodes.filter((entry) => !entry.ignored)) {
    const role = node.role?.value, name = node.name?.value ?? "";
    roles.set(role, (roles.get(role) ?? 0) + 1);
    if (["button", "searchbox", "combobox", "tree", "treeitem", "region", "navigation", "link"].includes(role))
      check(name.trim() !== "", `${role} without a name`);
  }
  for (const role of ["main", "heading", "search", "searchbox", "combobox", "tree", "treeitem", "table", "columnheader", "navigation", "status"])
    check(roles.has(role), `no ${role}: ${[...roles.keys()]}`);
}

// By the formula of WCAG: 4.5 for small texts.
async function contrast(page, what) {
  const found = await page.value(`(() => {
    const channel = (c) => (c /= 255, c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const page = getComputedStyle(document.body), results = [];
    results.push(["text", ratio(light(page.color), light(page.backgroundColor))]);
    results.push(["summary", ratio(light(getComputedStyle(document.getElementById("summary")).color), light(page.backgroundColor))]);
    for (const name of ["area0", "area1", "area2", "area3", "area4", "grown", "shrunk", "same"]) {
      const box = document.createElement("div");
      box.className = "box " + name;
      document.getElementById("map").append(box);
      const style = getComputedStyle(box);
      results.push([name, ratio(light(style.color), light(style.backgroundColor))]);
      box.remove();
    }
    return results;
  })()`);
  for (const [name, ratio] of found) check(ratio >= 4.5, `${what}: contrast of ${name} is ${ratio.toFixed(2)}`);
}

async function difference(browser) {
  const page = await Page.open(browser, differencePage);
  check((await page.value("document.getElementById('summary').textContent")).includes(" since "), "no difference in the summary");
  check(await page.value("!!document.querySelector('#table th button[data-key=change]')"), "no column of changes");
  const first = await page.value("document.querySelector('#table tbody tr').textContent");
  check(/\+\d/.test(first), `the biggest change is ${first}`);
  check(await page.value("document.querySelectorAll('.box.grown').length > 0"), "nothing has grown in the treemap");
  check(page.errors.length === 0, `errors: ${page.errors}`);
  await page.picture("difference");
}

async function views(browser) {
  const backgrounds = [];
  for (const dark of [false, true])
    for (const width of [390, 1280]) {
      const page = await Page.open(browser, plainPage, width, dark);
      const name = (dark ? "dark" : "light") + (width < 600 ? "-narrow" : "-wide");
      check((await page.value("document.documentElement.scrollWidth")) <= width, `${name}: wider than the window`);
      await contrast(page, name);
      backgrounds.push(await page.value("getComputedStyle(document.body).backgroundColor"));
      await page.picture(name);
      if (pictures && width > 600) {
        await page.value("zoom(boxNodes[0].node)");
        await page.picture(name + "-zoomed");
      }
    }
  check(backgrounds[0] !== backgrounds[2], "dark is not dark");
}

const limit = setTimeout(() => {
  console.error("FAIL: the browser takes too long");
  process.exit(1);
}, 240_000);
const browser = new Browser();
try {
  const page = await Page.open(browser, plainPage);
  await sums(page);
  await sorting(page);
  await keyboard(page);
  await searching(page);
  await accessibility(page);
  check(page.requests.length === 1, `asks for ${page.requests}`);
  check(page.errors.length === 0, `errors: ${page.errors}`);
  await difference(browser);
  await views(browser);
} catch (error) {
  problems.push(error.stack);
}
await browser.end();
clearTimeout(limit);
for (const problem of problems) console.error("FAIL: " + problem);
if (!problems.length) console.log("page is right");
process.exit(problems.length ? 1 : 0);
