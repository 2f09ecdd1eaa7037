// SPDX-License-Identifier: Apache-2.0
'use strict';
// The page can be read without these scripts; they add what a reader's hand adds. Nothing is loaded, nothing is
// sent. Text reaches the page as text only: no innerHTML anywhere.

function one(query, root = document) { return root.querySelector(query); }
function all(query, root = document) { return Array.from(root.querySelectorAll(query)); }

/** An element with properties and children; strings become text. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

function button(label, press) {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', press);
  return made;
}

/** Offers `text` as a file. */
function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type: type + ';charset=utf-8' }));
  const link = element('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A cell as RFC 4180 says; what a spreadsheet would run as a formula gets an apostrophe in front. */
function csvCell(value) {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value ?? '') ? "'" + value : value ?? '';
  return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

/** The rows of a CSV text, as reports/csv.h writes it. */
function parseCsv(text) {
  const rows = [['']];
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    const row = rows[rows.length - 1];
    if (quoted && c === '"' && text[i + 1] === '"') { row[row.length - 1] += '"'; ++i; }
    else if (c === '"') quoted = !quoted;
    else if (c === ',' && !quoted) row.push('');
    else if (c === '\n' && !quoted) rows.push(['']);
    else row[row.length - 1] += c;
  }
  rows.pop();
  return rows;
}

/** A table of texts with heads; `isNumber` says which columns are numbers. */
function tableOf(caption, titles, rows, isNumber) {
  const kind = (i) => (isNumber(i) ? 'num' : '');
  const head = element('tr', {}, ...titles.map((t, i) => element('th', { scope: 'col', className: kind(i) }, t)));
  const body = rows.map((row) => element('tr', {}, ...row.map((text, i) => i === 0
    ? element('th', { scope: 'row' }, text) : element('td', { className: kind(i) }, text))));
  const table = element('table', {}, element('caption', {}, caption), element('thead', {}, head),
    element('tbody', {}, ...body));
  return element('div', { className: 'scroll', tabIndex: 0 }, table);
}

// The store of a page opened from a file may be closed to it.
function remembered(key) { try { return localStorage.getItem(key); } catch { return null; } }
function remember(key, value) { try { localStorage.setItem(key, value); } catch { /* not remembered then */ } }

function startTheme() {
  const root = document.documentElement;
  const toggle = one('#theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const label = () => { toggle.textContent = isDark() ? 'Light theme' : 'Dark theme'; };
  const kept = remembered('robench-theme');
  if (kept === 'light' || kept === 'dark') root.dataset.theme = kept;
  toggle.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember('robench-theme', root.dataset.theme);
    label();
  });
  system.addEventListener('change', label);
  label();
}

document.addEventListener('DOMContentLoaded', () => {
  document.documentElement.classList.add('has-js');
  startTheme();
  startTables();
  startFigures();
  startFilters();
  // The long table last: what can be seen first is there before it.
  setTimeout(startRows, 0);
});
