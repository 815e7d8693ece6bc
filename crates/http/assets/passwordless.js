// The message of a connection, as its form has it just now; and the fields of the chosen source only.
const form = document.getElementById('settings');
const wait = 400;

const source = document.getElementById('source');
if (source) {
  const field = (id) => document.getElementById(id).closest('.field');
  const show = () => {
    field('from').classList.toggle('gone', source.value !== 'from');
    field('messaging_service_sid').classList.toggle('gone', source.value !== 'service');
  };
  source.addEventListener('change', show);
  show();
}

// Variables are put where the cursor is, in the syntax of the message.
const syntax = document.getElementById('syntax') ?? document.getElementById('email.syntax');
for (const button of document.querySelectorAll('button[data-insert]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const area = document.getElementById(button.dataset.into);
    const { insert, macro } = button.dataset;
    const name = macro && syntax?.value === 'md_with_macros' ? macro : insert;
    area.setRangeText(name, area.selectionStart, area.selectionEnd, 'end');
    area.focus();
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

if (form && document.getElementById('preview')) {
  const told = document.getElementById('preview-told');
  const parts = ['from', 'subject', 'text', 'html', 'size'];
  let timer;
  let asked = 0;

  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const list = (findings) => {
    const words = { error: 'Error', warning: 'Warning', hint: 'Hint' };
    const items = findings.map(({ level, message }) => {
      const item = element('li', '', `finding ${level}`);
      item.append(element('strong', `${words[level]}: `), message);
      return item;
    });
    document.getElementById('findings').replaceChildren(...items);
  };

  // A new frame each time, so that the back button leaves the page and not an older mail.
  const frame = () => {
    const old = document.getElementById('mail');
    if (!old) return;
    const fresh = old.cloneNode();
    fresh.removeAttribute('src');
    fresh.hidden = false;
    old.replaceWith(fresh);
    const post = document.createElement('form');
    Object.assign(post, { method: 'post', action: old.dataset.action, target: fresh.name, hidden: true });
    for (const [name, value] of new FormData(form)) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      post.append(input);
    }
    document.body.append(post);
    post.submit();
    post.remove();
  };

  const ask = async () => {
    asked += 1;
    const mine = asked;
    const answer = await fetch(form.dataset.preview, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    const shown = answer?.headers.get('content-type')?.startsWith('application/json') ? await answer.json() : null;
    if (mine !== asked) return;
    if (!answer?.ok || !shown) {
      told.textContent = shown?.message ?? 'The preview cannot be shown now.';
      return;
    }
    for (const part of parts) {
      const place = document.getElementById(`preview-${part}`);
      if (place) place.textContent = shown[part] ?? '';
    }
    list(shown.findings);
    const count = shown.findings.length;
    told.textContent = `Preview updated. ${[shown.size, count === 1 ? '1 remark' : `${count} remarks`].filter(Boolean).join(', ')}.`;
    frame();
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };
  form.addEventListener('input', soon);
  for (const control of document.querySelectorAll('#preview select')) control.addEventListener('change', soon);
  for (const button of document.querySelectorAll('[data-plain]')) button.hidden = true;
  frame();
}
