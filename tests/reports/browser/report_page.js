// SPDX-License-Identifier: Apache-2.0
// report_page.js CHROMIUM REPORT.html [PICTURES_FOLDER]: what a reader does with the page. Exits with 1 and the
// reasons where something is not as it should be.
'use strict';
const fs = require('fs');
const { chromium } = require('playwright-core');

const [, , executablePath, file, pictures] = process.argv;
const WIDTHS = [360, 768, 1280];
const failures = [];

function check(holds, what) {
  if (!holds) failures.push(what);
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}`);
}

/** A page that tells on itself: errors, and whatever it asks for besides the file. */
async function open(browser, options) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) failures.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => failures.push(`page: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(file|blob):/.test(request.url())) failures.push(`request leaves: ${request.url()}`);
  });
  await page.goto('file://' + fs.realpathSync(file));
  await page.waitForFunction(() => !document.querySelector('#rows-data') || document.querySelector('#all-rows tbody tr'));
  return page;
}

async function looks(browser) {
  const paints = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const width of WIDTHS) {
      const page = await open(browser, { viewport: { width, height: 900 }, colorScheme });
      const found = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        paper: getComputedStyle(document.body).backgroundColor,
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      }));
      check(found.width <= width, `${colorScheme}, ${width} px: nothing wider than the page (${found.width})`);
      check((found.paper === 'rgb(255, 255, 255)') === (colorScheme === 'light'), `${colorScheme}: paper is ${found.paper}`);
      paints.push(Math.round(found.paint));
      if (pictures) await page.screenshot({ path: `${pictures}/report-${colorScheme}-${width}.png`, fullPage: true });
      await page.context().close();
    }
  }
  // The median: a busy machine delays one or two.
  const median = paints.sort((a, b) => a - b)[paints.length / 2];
  check(median < 1000, `first paint after ${median} ms (median of ${paints.join(', ')}), under 1 s`);
}

async function filterByModel(page) {
  const boxes = page.locator('#filters input[name=model]');
  if (await boxes.count() === 0) return;  // one model: nothing to choose from
  const model = await boxes.first().getAttribute('value');
  const shown = () => page.locator('g.series:not(.off)').evaluateAll((all, name) =>
    all.filter((group) => group.dataset.series === name).length, model);
  const rows = () => page.locator('#conditions tbody tr:not(.off)').count();
  const [series, before] = [await shown(), await rows()];
  await boxes.first().uncheck();
  check(series > 0 && await shown() === 0, `filter by model: the curves of ${model} are gone`);
  check(await rows() < before, 'filter by model: rows are fewer');
  check(!(await page.locator('#all-rows tbody').innerText()).includes(model), 'filter by model: all rows too');
  await page.locator('#filters button[type=reset]').click();
  await page.waitForTimeout(50);
  check(await shown() === series && await rows() === before, 'show all: everything is back');
}

async function filterByCondition(page) {
  const family = page.locator('#filters input[name=family]').first();
  if (await family.count() > 0) {
    const name = await family.getAttribute('value');
    await family.uncheck();
    check(await page.locator(`figure[data-family="${name}"]:not(.off)`).count() === 0, `filter by family: ${name} is gone`);
    await family.check();
  }
  const severity = page.locator('#filters input[name=severity]').last();
  if (await severity.count() > 0) {
    await severity.uncheck();
    check(await page.locator('svg.panel .dim').count() > 0, 'filter by severity: points fade');
    await severity.check();
  }
}

async function sorting(page) {
  const column = page.locator('#conditions thead th', { hasText: 'drift' });
  const values = () => page.locator('#conditions tbody tr').evaluateAll((rows) => rows.map((row) => Number(row.cells[4].dataset.key)));
  const sorted = (list, sign) => list.every((value, i) => i === 0 || sign * (value - list[i - 1]) >= 0);
  await column.locator('button').click();
  check(sorted(await values(), 1) && await column.getAttribute('aria-sort') === 'ascending', 'conditions sort upwards');
  await column.locator('button').press('Enter');
  check(sorted(await values(), -1) && await column.getAttribute('aria-sort') === 'descending', 'and downwards, by the keyboard');
}

async function search(page) {
  const count = async () => Number((await page.locator('.pager output').innerText()).split(' ')[0].replaceAll(',', ''));
  const all = await count();
  await page.locator('#search').fill('drift_angle_deg');
  const found = await count();
  check(found > 0 && found < all, `search: ${found} of ${all} rows`);
  const metrics = await page.locator('#all-rows tbody tr').evaluateAll((rows) => rows.map((row) => row.cells[4].textContent));
  check(metrics.every((metric) => metric.includes('drift_angle_deg')), 'search: only what was searched');
  await page.locator('#all-rows thead button', { hasText: 'value' }).click();
  const values = await page.locator('#all-rows tbody tr').evaluateAll((rows) => rows.map((row) => parseFloat(row.cells[5].textContent)));
  check(values.every((value, i) => i === 0 || value >= values[i - 1] || Number.isNaN(value)), 'all rows sort by value');
  await page.locator('#search').fill('');
}

async function downloaded(page, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press.click()]);
  return fs.readFileSync(await download.path(), 'utf8');
}

async function downloads(page) {
  const figure = page.locator('figure:visible').first();
  const svg = await downloaded(page, figure.getByRole('button', { name: 'Download SVG' }));
  check(/^<svg [^]*<\/svg>\n$/.test(svg) && svg.includes('<title>') && !svg.includes('data-tip'), 'a figure comes as SVG, with its titles');
  const parsed = await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror') === null, svg);
  check(parsed, 'the SVG is well formed');
  const [download] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: 'Download PNG' }).click()]);
  const png = fs.readFileSync(await download.path());
  check(png.subarray(1, 4).toString() === 'PNG' && png.readUInt32BE(16) === 3030, `and as PNG, ${png.readUInt32BE(16)} px wide`);
  const csv = await downloaded(page, figure.getByRole('button', { name: 'Download CSV' }));
  check(csv.startsWith('series,panel,condition,x,value,ci95_low,ci95_high,n\n') && csv.split('\n').length > 2, 'its data come as CSV');
  await figure.getByRole('button', { name: 'Show data' }).click();
  check(await figure.locator('.data tbody tr').count() === csv.trimEnd().split('\n').length - 1, 'its data show as a table');
  const rows = await downloaded(page, page.getByRole('button', { name: 'Download these as CSV' }));
  check(rows.startsWith('model,stage,family,condition,severity,'), 'all rows come as CSV');
}

async function keyboard(page) {
  const panel = page.locator('figure:visible svg.panel').first();
  await panel.focus();
  await page.keyboard.press('ArrowRight');
  const first = await page.locator('#tip').innerText();
  await page.keyboard.press('ArrowRight');
  check(/n = |\d/.test(first) && await page.locator('#tip').innerText() !== first, `arrow keys walk through the points: ${first}`);
  await page.keyboard.press('Escape');
  check(await page.locator('#tip').isHidden(), 'escape hides the tip');
  const unnamed = await page.evaluate(() => [...document.querySelectorAll('svg[role=img], button, input')].filter((made) =>
    !(made.getAttribute('aria-label') || made.textContent.trim() || made.labels?.length)).length);
  check(unnamed === 0, 'every drawing, button and field has a name');
}

async function theme(page) {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.locator('#theme').click();
  check(await paper() !== light, 'the theme changes by hand');
  await page.locator('#theme').click();
  check(await paper() === light, 'and back');
}

async function print(page) {
  await page.emulateMedia({ media: 'print' });
  check(await page.locator('nav').isHidden() && await page.locator('.tools').first().isHidden(), 'print: no controls');
  check(await page.locator('#curves figure').evaluateAll((all) => all.every((figure) => figure.offsetHeight > 0)), 'print: every figure');
}

async function main() {
  const bytes = fs.statSync(file).size;
  check(bytes < 3e6, `${bytes} bytes, under 3 MB`);
  const browser = await chromium.launch({ executablePath, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
  await looks(browser);
  const page = await open(browser, { viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  for (const step of [filterByModel, filterByCondition, sorting, search, downloads, keyboard, theme, print]) await step(page);
  await browser.close();
  for (const failure of failures) console.error(failure);
  process.exit(failures.length === 0 ? 0 : 1);
}

main().catch((error) => { console.error(error); process.exit(1); });
