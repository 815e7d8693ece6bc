// A little mail server: it answers in step, and keeps what it is told.
import { createServer } from 'node:net';

/** Starts one; its port, and the mails that it took. It refuses recipients that `refuses` says. */
export async function mailServer(running, refuses = () => false) {
  const mails = [];
  const port = await running.listen(createServer((socket) => converse(socket, mails, refuses)));
  return { port, mails };
}

function converse(socket, mails, refuses) {
  let left = '';
  let mail = { lines: [] };
  let inContent = false;
  const say = (line) => socket.write(`${line}\r\n`);
  const commands = {
    EHLO: () => say('250 mail.test'),
    MAIL: (line) => {
      mail = { from: line, lines: [] };
      say('250 2.1.0 sender ok');
    },
    RCPT: (line) => {
      const to = /<(.*)>/.exec(line)?.[1] ?? '';
      if (refuses(to)) return say('550 5.7.1 not to this one');
      mail.to = to;
      return say('250 2.1.5 recipient ok');
    },
    DATA: () => {
      inContent = true;
      say('354 go on');
    },
    QUIT: () => socket.end('221 bye\r\n'),
  };
  const hear = (line) => {
    if (!inContent) return (commands[line.slice(0, 4).toUpperCase()] ?? (() => say('502 what?')))(line);
    if (line !== '.') return mail.lines.push(line.replace(/^\./, ''));
    inContent = false;
    mails.push(mail);
    return say('250 2.0.0 taken as M1');
  };
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    const lines = (left + bytes).split('\r\n');
    left = lines.pop();
    lines.forEach(hear);
  });
  say('220 mail.test ready');
}
