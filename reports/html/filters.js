// What is shown: models, families, severities and stages, in figures and tables alike.

/** By name of a choice: the values that are chosen; undefined where the run leaves no choice. */
function chosen() {
  const form = one('#filters');
  const choice = {};
  if (!form) return choice;
  for (const box of all('input[type=checkbox]', form)) {
    choice[box.name] ??= { all: new Set(), on: new Set() };
    choice[box.name].all.add(box.value);
    if (box.checked) choice[box.name].on.add(box.value);
  }
  return choice;
}

/** A value that is none of the choices, such as the clean picture's family, always passes. */
function passes(choice, name, value) {
  const own = choice[name];
  return !own || !own.all.has(value) || own.on.has(value);
}

function passesAll(choice, values) {
  return Object.entries(values).every(([name, value]) => passes(choice, name, value ?? ''));
}

function filterFigures(choice) {
  // "MODEL: mated" is a series of the model.
  for (const item of all('[data-series]')) item.classList.toggle('off', !passes(choice, 'model', item.dataset.series.split(': ')[0]));
  for (const panel of all('svg.panel')) {
    const series = all('[data-series]', panel);
    const empty = series.length > 0 && series.every((item) => item.classList.contains('off'));
    panel.classList.toggle('off', empty || !passes(choice, 'stage', panel.dataset.stage));
  }
  for (const mark of all('[data-severity]', document).filter((mark) => mark.closest('svg.panel')))
    mark.classList.toggle('dim', !passes(choice, 'severity', mark.dataset.severity));
  for (const figure of all('figure')) {
    const empty = !all('svg.panel', figure).some((panel) => !panel.classList.contains('off'));
    figure.classList.toggle('off', empty || !passes(choice, 'family', figure.dataset.family));
  }
}

function filterTables(choice) {
  for (const row of all('main tr[data-family]')) {
    const { family, model, stage, severity } = row.dataset;
    row.classList.toggle('off', !passesAll(choice, { family, model, stage, severity }));
  }
}

function startFilters() {
  const form = one('#filters');
  if (!form) return;
  const apply = () => {
    const choice = chosen();
    filterFigures(choice);
    filterTables(choice);
    const left = Object.values(choice).some((own) => own.on.size < own.all.size);
    one('#filter-state').textContent = left ? 'Some are hidden: in every figure and table below and above.' : '';
    document.dispatchEvent(new CustomEvent('filtered'));
  };
  if (matchMedia('(max-width: 640px)').matches) form.parentNode.open = false;
  form.addEventListener('change', apply);
  form.addEventListener('reset', () => setTimeout(apply, 0));
  apply();
}
