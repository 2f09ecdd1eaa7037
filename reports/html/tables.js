// Tables that sort, and the long one that also searches.

function compare(a, b) {
  const [x, y] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A button in each head. `sort(column, direction)` does the work. */
function makeSortable(table, sort) {
  const heads = all('thead th', table);
  heads.forEach((head, column) => {
    const press = button(head.textContent, () => {
      const direction = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      sort(column, direction);
    });
    head.replaceChildren(press);
  });
}

function startTables() {
  for (const table of all('table.sortable')) {
    const body = one('tbody', table);
    const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    makeSortable(table, (column, direction) => {
      const rows = Array.from(body.rows);
      rows.sort((a, b) => direction * compare(key(a, column), key(b, column)));
      body.append(...rows);
    });
  }
}

const PAGE = 50;
const COLUMNS = ['model', 'stage', 'family', 'condition', 'severity', 'repetition', 'metric', 'value', 'ci95_low',
  'ci95_high', 'unit', 'n', 'note'];
const IS_TEXT = [true, true, true, true, false, true, true, false, false, false, true, false, true];

/** Rows as lists in the order of COLUMNS, with their texts. */
function readRows() {
  const data = JSON.parse(one('#rows-data').textContent);
  const rows = data.cells.flatMap((cell) => cell[6].map((measure) => [...cell.slice(0, 6), ...measure]));
  return rows.map((row) => row.map((cell, i) => (IS_TEXT[i] ? data.texts[cell] : cell)));
}

/** A number in the unit that people read. */
function shownNumber(value, unit) {
  if (value === null) return 'n/a';
  if (unit === 'share') return (value * 100).toFixed(2) + ' %';
  if (unit === 'count') return value.toLocaleString('en');
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : Number(value.toPrecision(4)).toString();
}

function shownRow(row) {
  const [model, stage, family, condition, , repetition, metric, value, low, high, unit, n, note] = row;
  const number = (limit) => shownNumber(limit, unit).replace(' %', '');
  return [condition, model, stage, family, metric, value === null ? 'n/a' : shownNumber(value, unit) +
    (unit === 'share' || unit === '1' || unit === 'count' ? '' : ' ' + unit),
  value === null || low === null || high === null ? '' : `[${number(low)}, ${number(high)}]`,
  n === null ? '' : n.toLocaleString('en'), repetition, note];
}
const SHOWN = ['condition', 'model', 'stage', 'family', 'metric', 'value', '95 % CI', 'n', 'repetition', 'note'];
const SHOWN_FROM = [3, 0, 1, 2, 6, 7, 8, 11, 5, 12];  // places in COLUMNS

function startRows() {
  const place = one('#all-rows');
  if (!place) return;
  const rows = readRows();
  const texts = rows.map((row) => row.filter((_, i) => IS_TEXT[i]).join(' ').toLowerCase());
  let order = rows.map((_, i) => i);
  let found = [];
  let page = 0;

  const search = element('input', { type: 'search', id: 'search', placeholder: 'fnmr gaussian_blur' });
  const state = element('output');
  const turn = (step) => { page += step; draw(); };
  const before = button('Previous', () => turn(-1));
  const after = button('Next', () => turn(1));
  const holder = tableOf('Every measure of the run, numbers with six digits in the download', SHOWN, [],
    (i) => i >= 5 && i <= 7);
  const body = one('tbody', holder);

  function draw() {
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const slice = found.slice(page * PAGE, (page + 1) * PAGE).map((i) => shownRow(rows[i]));
    body.replaceChildren(...all('tbody tr', tableOf('', SHOWN, slice, (i) => i >= 5 && i <= 7)));
    state.textContent = `${found.length.toLocaleString('en')} of ${rows.length.toLocaleString('en')} rows, page ` +
      `${page + 1} of ${pages}`;
    before.disabled = page === 0;
    after.disabled = page === pages - 1;
  }
  function find() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const choice = chosen();
    found = order.filter((i) => words.every((word) => texts[i].includes(word)) && passesAll(choice,
      { model: rows[i][0], stage: rows[i][1], family: rows[i][2], severity: String(rows[i][4]) }));
    page = 0;
    draw();
  }
  makeSortable(holder, (column, direction) => {
    const from = SHOWN_FROM[column];
    const key = (i) => String(rows[i][from] ?? '');
    // What has no value comes last, whichever way.
    order.sort((a, b) => (rows[a][from] === null) - (rows[b][from] === null) || direction * compare(key(a), key(b)) || a - b);
    find();
  });
  search.addEventListener('input', find);
  document.addEventListener('filtered', find);
  const notes = button('Whole notes', () => notes.setAttribute('aria-pressed', String(holder.classList.toggle('whole'))));
  notes.setAttribute('aria-pressed', 'false');
  const csv = () => [COLUMNS, ...found.map((i) => rows[i])].map((row) => row.map(csvCell).join(',')).join('\n') + '\n';
  place.append(
    element('p', { className: 'search' }, element('label', { htmlFor: 'search' }, 'Search '), search,
      button('Download these as CSV', () => save('rows.csv', 'text/csv', csv())), notes),
    holder, element('p', { className: 'pager' }, before, after, state));
  find();
}
