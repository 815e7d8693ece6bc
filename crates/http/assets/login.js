// Makes the sign-in pages quicker. Every one of them works without it.
const forms = document.querySelectorAll('form[data-once]');
const code = document.getElementById('code');
const resend = document.getElementById('resend');
const wait = document.getElementById('wait');

// One press, one request: the second answer would take the place of the first.
for (const form of forms) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
}
addEventListener('pageshow', () => forms.forEach((form) => delete form.dataset.sent));

// Whether to ask for a passkey after the code: only where the browser says that it can make one.
const able = document.querySelector('[data-passkeys]');
if (able) {
  window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.().then((yes) => {
    if (yes) able.value = '1';
  }, () => {});
}

// A code that came whole, pasted or filled in, needs no press.
if (code) {
  const digits = () => code.value.replace(/[\s.-]/g, '').length;
  let before = digits();
  code.addEventListener('input', () => {
    const now = digits();
    if (now - before >= Number(code.dataset.digits)) code.form.requestSubmit();
    before = now;
  });
}

// The code out of the text message, where the browser offers it (WebOTP).
if (code?.form.hasAttribute('data-otp') && 'OTPCredential' in window) {
  const over = new AbortController();
  code.form.addEventListener('submit', () => over.abort());
  navigator.credentials.get({ otp: { transport: ['sms'] }, signal: over.signal }).then((message) => {
    code.value = message.code;
    code.form.requestSubmit();
  }, () => {});
}

// Counts down to the next code.
if (resend?.dataset.wait) {
  const end = performance.now() + Number(resend.dataset.wait) * 1000;
  const hint = document.getElementById('resend-wait');
  const clock = document.createElement('span');
  clock.className = 'clock';
  clock.dir = 'ltr';
  clock.setAttribute('aria-hidden', 'true');
  resend.append(' ', clock);
  resend.disabled = true;
  hint.className = 'unseen';
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left > 0) {
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
      setTimeout(tick, 250);
    } else {
      clock.remove();
      resend.removeAttribute('aria-describedby');
      resend.disabled = false;
      // Said to those who cannot see it; every second would be too much.
      hint.textContent = resend.textContent.trim();
    }
  };
  tick();
}

// Goes on when the link was opened, here or elsewhere.
if (wait) {
  wait.hidden = true;
  const ask = async () => {
    try {
      const answer = await fetch(wait.dataset.poll, { headers: { accept: 'application/json' } });
      const { done, gone } = await answer.json();
      if (done) return wait.requestSubmit();
      if (gone) return location.replace(location.href);
    } catch {
      // The next one may get through.
    }
    setTimeout(ask, document.hidden ? 5000 : 2000);
  };
  setTimeout(ask, 2000);
}

// Times by the clock and in the language of the reader.
const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
for (const time of document.querySelectorAll('time[datetime]')) {
  time.textContent = format.format(new Date(time.dateTime));
}
