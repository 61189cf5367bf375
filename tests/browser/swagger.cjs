// Drives Swagger UI as a person would: authorizes with a key, makes an article by "Try it out", lists it by its tag,
// and follows its short link. Fails on anything in the console, on an answer that a page did not expect, and on a
// request to any host but the service's. DATELINE_API, DATELINE_PUBLIC and DATELINE_KEY say where it is;
// the argument is the folder for screenshots.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { chromium } = require("playwright-core");

const { DATELINE_API: api, DATELINE_PUBLIC: open, DATELINE_KEY: key } = process.env;
const folder = process.argv[2];
const own = [api, open].map((address) => new URL(address).host);
// The story is a page of the service itself: the browser can follow the whole way, and leaves it nowhere.
const story = `${api}/version?story=browser-test`;
const faults = [];
let shots = 0;

function watch(page) {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
}

// Every request is looked at before it is sent; what leads elsewhere is a fault, and is cut off.
async function fence(context) {
  await context.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (own.includes(url.host) || ["data:", "blob:"].includes(url.protocol)) return route.continue();
    faults.push(`a request to another host: ${url.href}`);
    return route.abort();
  });
}

async function shoot(page, name) {
  shots += 1;
  await page.screenshot({ path: `${folder}/${shots}-${name}.png` });
}

// Opens an operation, so that it can be tried out, and answers its block.
async function operation(page, tag, id) {
  const block = page.locator(`#operations-${tag}-${id}`);
  await block.locator(".opblock-summary-control").click();
  await block.locator("button.execute").waitFor();
  return block;
}

// Executes, and answers the status and the body that the page shows.
async function execute(block) {
  await block.locator("button.execute").click();
  const live = block.locator(".live-responses-table tbody tr.response").first();
  await live.waitFor();
  const status = Number((await live.locator(".response-col_status").innerText()).match(/\d+/)[0]);
  const body = await live.locator(".response-col_description .highlight-code pre, .response-col_description .microlight").first().innerText();
  await live.scrollIntoViewIfNeeded();
  return { status, body: JSON.parse(body) };
}

async function authorize(page) {
  await page.locator(".auth-wrapper button.authorize").first().click();
  await page.locator(".auth-container input").fill(key);
  await page.locator(".auth-btn-wrapper button[type=submit]").click();
  await page.locator(".auth-btn-wrapper button", { hasText: "Logout" }).waitFor();
  await shoot(page, "authorized");
  await page.locator(".auth-btn-wrapper button.btn-done").click();
}

async function create(page) {
  const block = await operation(page, "articles", "create_article");
  const article = { headline: "A browser makes a story", status: "published", canonical_url: story,
    tags: [{ kind: "event", name: "Browser test" }] };
  await block.locator("textarea.body-param__text").fill(JSON.stringify(article, null, 2));
  const made = await execute(block);
  await shoot(page, "created");
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.headline, article.headline);
  return made.body;
}

async function list(page, article) {
  const block = await operation(page, "articles", "list_articles");
  const tag = block.locator('tr[data-param-name="tag"]');
  await tag.locator("button.json-schema-form-item-add").click();
  await tag.locator("input").last().fill(article.tags[0].key);
  const found = await execute(block);
  await shoot(page, "listed");
  assert.equal(found.status, 200, JSON.stringify(found.body));
  assert.deepEqual(found.body.items.map((item) => item.id), [article.id]);
}

async function follow(context, article) {
  assert.equal(new URL(article.short_url).host, new URL(open).host);
  const bare = await context.request.get(article.short_url, { maxRedirects: 0 });
  assert.equal(bare.status(), 302);
  assert.equal(bare.headers().location, story);
  const page = await context.newPage();
  watch(page);
  const answer = await page.goto(article.short_url);
  assert.equal(answer.request().redirectedFrom()?.url(), article.short_url);
  assert.equal(page.url(), story);
  await shoot(page, "followed");
  await page.goto(`${article.short_url}+`);
  await page.getByText(story).first().waitFor();
  await shoot(page, "previewed");
}

async function main() {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  // Root, as which CI runs, has no sandbox; the page is our own. What Chromium itself would ask its makers is off.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-component-update", "--disable-background-networking", "--no-proxy-server"];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, locale: "en" });
    context.setDefaultTimeout(20_000);
    await fence(context);
    const page = await context.newPage();
    watch(page);
    await page.goto(`${api}/docs/`);
    await page.locator("#operations-articles-list_articles").waitFor();
    await shoot(page, "opened");
    await authorize(page);
    const article = await create(page);
    await list(page, article);
    await follow(context, article);
    await page.bringToFront();
    await shoot(page, "in-the-end");
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
  }
  console.log(`authorized, created, listed, followed; ${shots} screenshots in ${folder}; the console is empty`);
}

main().catch((fault) => {
  console.error(fault, faults);
  process.exit(1);
});
