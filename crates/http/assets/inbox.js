// Shows new messages as they come, by long polling. Everything is put in as text, never as markup.
const list = document.getElementById('messages');
const empty = document.getElementById('empty');
const live = document.getElementById('live');
let newest = '';

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function card(message) {
  const item = element('li');
  const article = element('article');
  const to = element('p', 'to');
  to.append(element('strong', '', message.to), ' ');
  const time = element('time', '', new Date(message.created_at).toLocaleString());
  time.dateTime = message.created_at;
  to.append(time);
  article.append(to);
  if (message.subject) {
    const subject = element('p');
    subject.append(element('strong', '', message.subject));
    article.append(subject);
  }
  article.append(element('p', 'text', message.text));
  if (message.code) {
    const code = element('p', 'code', 'Code ');
    code.append(element('output', '', message.code));
    article.append(code);
  }
  if (message.link) {
    const link = element('a', '', 'Open the link');
    link.href = message.link;
    const line = element('p');
    line.append(link);
    article.append(line);
  }
  item.append(article);
  return item;
}

async function read(wait) {
  const query = new URLSearchParams({ after: newest, wait: String(wait) });
  const response = await fetch(`/dev/inbox/messages?${query}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()).messages;
}

function show(messages) {
  if (messages.length === 0) return;
  newest = messages[0].id;
  list.prepend(...messages.map(card));
  empty.hidden = true;
}

list.replaceChildren();
for (let wait = 0; ; wait = 25) {
  try {
    const messages = await read(wait);
    show(messages);
    if (wait > 0 && messages.length > 0) {
      live.textContent = messages.length === 1 ? 'One new message' : `${messages.length} new messages`;
    }
  } catch {
    live.textContent = 'The server does not answer. Trying again…';
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
