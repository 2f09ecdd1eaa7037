// Tooltips, keys, downloads and the choice of a measure.

function markTips(panel) {
  // Native tooltips would stand beside ours.
  for (const title of all('.pt > title, .bar > title', panel)) {
    title.parentNode.dataset.tip = title.textContent;
    title.remove();
  }
  const title = one('title', panel);
  panel.setAttribute('aria-label', title.textContent);
  panel.setAttribute('aria-describedby', one('desc', panel).id);
  panel.removeAttribute('aria-labelledby');
  title.remove();
}

function marksOf(panel) {
  return all('[data-tip]', panel).filter((mark) => !mark.closest('.off') && !mark.classList.contains('dim'));
}

function middle(mark) {
  const box = mark.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + (mark.classList.contains('bar') ? 0 : box.height / 2) };
}

function hideTip() {
  one('#tip').hidden = true;
  all('.on').forEach((mark) => mark.classList.remove('on'));
}

function showTip(mark) {
  hideTip();
  const tip = one('#tip');
  const at = middle(mark);
  mark.classList.add('on');
  tip.textContent = mark.dataset.tip;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.x - box.width / 2), document.documentElement.clientWidth - box.width - 8);
  const above = at.y - box.height - 12;
  tip.style.left = left + 'px';
  tip.style.top = (above > 4 ? above : at.y + 14) + 'px';
}

function nearestMark(panel, event) {
  let nearest = null;
  let least = 30;
  for (const mark of marksOf(panel)) {
    const at = middle(mark);
    const far = mark.classList.contains('bar') ? Math.abs(at.x - event.clientX)
      : Math.hypot(at.x - event.clientX, at.y - event.clientY);
    if (far < least) { least = far; nearest = mark; }
  }
  return nearest;
}

function stepMark(panel, step) {
  const marks = marksOf(panel);
  if (marks.length === 0) return;
  const now = marks.findIndex((mark) => mark.classList.contains('on'));
  const next = now < 0 ? (step > 0 ? 0 : marks.length - 1) : (now + step + marks.length) % marks.length;
  showTip(marks[next]);
}

function listen(panel) {
  panel.addEventListener('pointermove', (event) => {
    const mark = nearestMark(panel, event);
    if (!mark) hideTip();
    else if (!mark.classList.contains('on')) showTip(mark);
  });
  panel.addEventListener('pointerleave', hideTip);
  panel.addEventListener('blur', hideTip);
  panel.addEventListener('keydown', (event) => {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key === 'Escape') hideTip();
    if (!(event.key in steps)) return;
    event.preventDefault();
    stepMark(panel, steps[event.key]);
  });
}

function svgText(x, y, size, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  for (const [key, value] of Object.entries({ x, y, 'font-size': size, fill: '#1a1f27' })) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** A panel as it stands in a file: its own colours, its titles back, nothing that only this page knows. */
function panelCopy(panel, x, y) {
  const copy = panel.cloneNode(true);
  for (const gone of all('.off', copy)) gone.remove();
  for (const mark of all('[data-tip]', copy)) {
    const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    title.textContent = mark.dataset.tip;
    mark.append(title);
    mark.removeAttribute('data-tip');
  }
  for (const name of ['class', 'tabindex', 'role', 'aria-label', 'aria-describedby', 'data-stage']) copy.removeAttribute(name);
  copy.setAttribute('x', x);
  copy.setAttribute('y', y);
  return copy;
}

/** The figure as one drawing: title, legend, and the panels that are shown, in rows. */
function figureSvg(figure) {
  const widest = 1010;
  const root = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  root.append(svgText(16, 28, 16, one('h3', figure).textContent));
  let x = 16;
  for (const item of all('.legend li:not(.off)', figure)) {
    const key = one('svg', item).cloneNode(true);
    key.setAttribute('x', x);
    key.setAttribute('y', 42);
    root.append(key, svgText(x + 32, 52, 11, item.textContent.trim()));
    x += 60 + 6.4 * item.textContent.trim().length;
  }
  let y = 70;
  let row = 0;
  x = 16;
  for (const panel of all('svg.panel:not(.off)', figure)) {
    const [width, height] = [panel.viewBox.baseVal.width, panel.viewBox.baseVal.height];
    if (x > 16 && x + width > widest - 15) { x = 16; y += row + 16; row = 0; }
    root.append(panelCopy(panel, x, y));
    x += width + 4;
    row = Math.max(row, height);
  }
  const height = y + row + 16;
  root.setAttribute('width', widest);
  root.setAttribute('height', height);
  root.setAttribute('viewBox', `0 0 ${widest} ${height}`);
  root.setAttribute('font-family', 'Helvetica, Arial, sans-serif');
  return new XMLSerializer().serializeToString(root) + '\n';
}

/** The same drawing in pixels, three for one, on white: for text programs that take no SVG. */
function savePng(figure) {
  const drawing = new Image();
  drawing.addEventListener('load', () => {
    const canvas = element('canvas', { width: 3 * drawing.width, height: 3 * drawing.height });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(drawing, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(drawing.src);
    canvas.toBlob((png) => save(figure.id + '.png', 'image/png', png));
  });
  drawing.src = URL.createObjectURL(new Blob([figureSvg(figure)], { type: 'image/svg+xml' }));
}

function showData(figure, press) {
  const shown = one('.data', figure);
  if (shown) {
    shown.remove();
    press.textContent = 'Show data';
    return;
  }
  const [titles, ...rows] = parseCsv(one('.csv', figure).textContent);
  const data = tableOf(one('h3', figure).textContent, titles, rows, (i) => i >= 3);
  data.classList.add('data');
  figure.append(data);
  press.textContent = 'Hide data';
}

function addTools(figure) {
  const data = button('Show data', () => showData(figure, data));
  figure.append(element('div', { className: 'tools' },
    button('Download SVG', () => save(figure.id + '.svg', 'image/svg+xml', figureSvg(figure))),
    button('Download PNG', () => savePng(figure)),
    button('Download CSV', () => save(figure.id + '.csv', 'text/csv', one('.csv', figure).textContent)), data));
}

/** One measure at a time: the same family stays in sight while the measure changes. */
function addTabs(section) {
  const figures = all('figure', section);
  const names = new Map(figures.map((figure) => [figure.dataset.measure, one('h3', figure).textContent.split(' under ')[0]]));
  if (names.size < 2) return;
  const tabs = element('div', { className: 'tabs' });
  tabs.setAttribute('role', 'group');
  tabs.setAttribute('aria-label', 'Measure');
  const choose = (measure) => {
    for (const figure of figures) figure.classList.toggle('off-tab', figure.dataset.measure !== measure);
    for (const tab of tabs.children) tab.setAttribute('aria-pressed', String(tab.dataset.measure === measure));
  };
  for (const [measure, name] of names) {
    const tab = button(name, () => choose(measure));
    tab.dataset.measure = measure;
    tabs.append(tab);
  }
  one('.figures', section).before(tabs);
  choose(names.keys().next().value);
}

function startFigures() {
  for (const panel of all('svg.panel')) { markTips(panel); listen(panel); }
  all('figure').forEach(addTools);
  for (const id of ['#curves', '#scores']) if (one(id)) addTabs(one(id));
  // Under the hand the tip goes away; under the keys it stays with its point.
  addEventListener('scroll', () => {
    const mark = one('.on');
    if (mark && document.activeElement === mark.closest('svg.panel')) showTip(mark);
    else hideTip();
  }, { passive: true });
}
