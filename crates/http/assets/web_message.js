// The answer goes to the page that opened this one, and to no other origin.
const { origin, response } = JSON.parse(document.getElementById('message').textContent);
const target = window.opener ?? window.parent;
target.postMessage({ type: 'authorization_response', response }, origin);
