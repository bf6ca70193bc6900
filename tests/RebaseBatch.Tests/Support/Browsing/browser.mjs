// Drives a headless Chromium for the tests with Playwright: a line of JSON on stdin asks, one on stdout answers, and the end of stdin ends
// it all. Its only argument is Chromium's path.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

// Playwright's own arguments already keep it from updates, syncing, a sandbox and shared memory; it shows nothing but our own pages.
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--disable-gpu", "--disable-quic"] });
const pages = [], complaints = new Set();

const open = async ({ scripts }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: scripts })).newPage();
  // What the page's security policy refuses is told on the console.
  page.on("console", (said) => ["error", "warning"].includes(said.type()) && complaints.add(said.text()));
  page.on("pageerror", (error) => complaints.add(error.stack ?? String(error)));
  page.on("requestfailed", (request) => {
    const why = request.failure().errorText;
    // Whoever leaves a page breaks off what it had asked for.
    if (why !== "net::ERR_ABORTED") complaints.add(`${why}: ${request.url()}`);
  });
  return pages.push(page) - 1;
};

// A target is a selector of Playwright's, which waits until it is there, in view, holds still and lies under nothing else.
const acts = {
  goTo: async (page, { url }) => void (await page.goto(url)),
  evaluate: (page, { expression }) => page.evaluate(expression),
  // A function, as it is compiled once and from outside: an expression is at each look and from within, which the page's policy forbids.
  waitFor: async (page, { expression }) => void (await page.waitForFunction(new Function(`return ${expression}`))),
  text: (page, { target }) => page.locator(target).textContent(),
  click: (page, { target }) => page.locator(target).click(),
  press: (page, { key }) => page.keyboard.press(key),
  resize: (page, size) => page.setViewportSize(size),
  emulate: (page, { media }) => page.emulateMedia(media),
};

const answer = async ({ act, page, timeout, parts }) => {
  if (act === "open") return open(parts);
  if (act === "complaints") return [...complaints];
  pages[page].setDefaultTimeout(timeout);
  return acts[act](pages[page], parts);
};

const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const { id, ...request } = JSON.parse(line);
  const reply = await answer(request).then((result) => ({ id, result }), (error) => ({ id, error: [error.message, ...complaints].join("\n") }));
  console.log(JSON.stringify(reply));
});
lines.on("close", () => browser.close());
