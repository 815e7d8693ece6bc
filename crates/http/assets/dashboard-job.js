// Follows a job, and shows its page anew when it has ended. Without it a link does.

const EVERY = 1000;
/** A page that is left open must not keep a session alive for ever. */
const PATIENCE = 30 * 60 * 1000;

const part = document.querySelector('[data-job]');
const since = Date.now();

const look = async () => {
  if (document.hidden) return true;
  const answer = await fetch(part.dataset.job, { redirect: 'error' });
  if (!answer.ok) return false;
  const { running, percentage, words } = await answer.json();
  document.getElementById('bar').value = percentage;
  const told = document.getElementById('words');
  if (told.textContent !== words) told.textContent = words;
  if (!running) location.reload();
  return running;
};

const again = async () => {
  if (Date.now() - since > PATIENCE) return;
  // A server that is away for a moment is asked again.
  if (await look().catch(() => true)) setTimeout(again, EVERY);
};

if (part) setTimeout(again, EVERY);
