// Shows a sign-in with what is typed, before it is saved. Without it the frames show what is saved.

const PAUSE = 300;

const form = document.querySelector('form[data-guard]');
const frames = [...document.querySelectorAll('iframe[data-sample]')];
let timer;

const show = () => {
  const typed = new URLSearchParams(new FormData(form));
  typed.delete('token');
  typed.set('typed', '1');
  // Replaced: the back button leads to the page before, not through what was typed.
  for (const frame of frames) frame.contentWindow.location.replace(`${frame.dataset.sample}&${typed}`);
};

form?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});
