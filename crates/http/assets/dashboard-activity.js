// Countries by their names. Without it their two letters stand there.
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
for (const place of document.querySelectorAll('[data-country]')) {
  try {
    place.textContent = names.of(place.dataset.country);
  } catch {
    // No code of a country: it stays as it is.
  }
}
