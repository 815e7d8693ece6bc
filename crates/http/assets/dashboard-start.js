// Waits for the first sign-in, and says when it came. Without it a link reloads the page.

const EVERY = 4000;
/** A page that is left open must not keep a session alive for ever. */
const PATIENCE = 10 * 60 * 1000;

const wait = document.querySelector('[data-wait]');
const since = Date.now();

const show = (step) => {
  const item = document.querySelector(`[data-step="${CSS.escape(step.id)}"]`);
  const state = item?.querySelector('.state');
  if (!state || !step.done || state.dataset.state === 'Done') return;
  state.dataset.state = 'Done';
  state.textContent = 'Done';
};

const look = async () => {
  if (document.hidden) return true;
  const answer = await fetch(wait.dataset.source, { redirect: 'error' });
  if (!answer.ok) return false;
  const { items } = await answer.json();
  items.forEach(show);
  const done = items.filter((step) => step.done).length;
  document.getElementById('progress').textContent = `${done} of ${items.length} done`;
  if (!items.some((step) => step.id === 'sign_in' && step.done)) return true;
  wait.closest('[data-step]').querySelector('[data-about]').textContent = 'Somebody has signed in.';
  wait.textContent = 'A sign-in has just arrived.';
  return false;
};

const again = async () => {
  if (Date.now() - since > PATIENCE) {
    wait.replaceChildren(link);
    return;
  }
  // A server that is away for a moment is asked again.
  if (await look().catch(() => true)) setTimeout(again, EVERY);
  else if (wait.textContent === WAITING) wait.replaceChildren(link);
};

const WAITING = 'Waiting for a sign-in. This line changes by itself.';
const link = wait?.querySelector('a');
if (wait) {
  wait.textContent = WAITING;
  setTimeout(again, EVERY);
}
