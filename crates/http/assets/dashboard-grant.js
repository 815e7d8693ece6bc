// Many permissions: a filter, and all or none of those that it leaves.
const box = document.querySelector('[data-pick]');
const tools = document.querySelector('[data-pick-tools]');
if (box && tools) {
  const filter = tools.querySelector('input');
  const lines = [...box.querySelectorAll('label:has([name=scope])')];
  const left = () => lines.filter((line) => !line.hidden);
  tools.hidden = false;
  filter.addEventListener('input', () => {
    const text = filter.value.trim().toLowerCase();
    for (const line of lines) line.hidden = !line.textContent.toLowerCase().includes(text);
    tools.querySelector('[role=status]').textContent = `${left().length} of ${lines.length}`;
  });
  // Enter is not for the whole form.
  filter.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
  for (const button of tools.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      for (const line of left()) line.querySelector('input').checked = button.value === 'all';
      box.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
}
