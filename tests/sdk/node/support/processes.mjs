// Programs that a suite starts, and ports for them.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

export function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Waits until something answers there. */
export async function answers(url) {
  for (let n = 0; n < 300; n += 1) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((go) => setTimeout(go, 100));
    }
  }
  throw new Error(`${url} does not answer`);
}

/** What was started; `end` ends it all. */
export class Running {
  #all = [];

  launch(program, args, options = {}) {
    const child = spawn(program, args, { stdio: 'ignore', ...options });
    this.#all.push(() => child.kill());
    return child;
  }

  /** A server of this process, once it listens; its port. */
  async listen(server) {
    server.listen(0, '127.0.0.1');
    this.#all.push(() => server.close());
    await new Promise((go) => server.once('listening', go));
    return server.address().port;
  }

  end() {
    for (const end of this.#all) end();
  }
}
