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

// Times are those of the reader's clock; the one of the server stays as the title.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
for (const time of document.querySelectorAll('time[datetime]')) {
  time.title = time.textContent;
  time.textContent = local.format(new Date(time.dateTime));
}

// Copies what stands before the button.
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  const before = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}

// What went wrong is read first.
document.querySelector('[aria-invalid]')?.focus();
