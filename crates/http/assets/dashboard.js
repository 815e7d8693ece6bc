// Comforts of the dashboard; every page works without them.

// Shows the fields of the chosen provider only.
for (const select of document.querySelectorAll('[data-switch]')) {
  const show = () => {
    for (const field of select.form.querySelectorAll('[data-only]')) {
      field.hidden = field.dataset.only !== select.value;
    }
  };
  select.addEventListener('change', show);
  show();
}

// Asks before changes that were not saved are left.
for (const form of document.querySelectorAll('form[data-guard]')) {
  let changed = false;
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });
}

// What went wrong is read first.
document.querySelector('[aria-invalid]')?.focus();
