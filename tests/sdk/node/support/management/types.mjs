// What the server answered, held against the types that the SDK promises: a field that is missing, or null
// where the SDK says that it cannot be, breaks programs as surely as an error.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The SDK itself; what its calls were answered is noted in `answers`. */
export function recorded(client, answers, path = []) {
  return new Proxy(client, {
    get(object, name) {
      const value = object[name];
      const at = [...path, name];
      if (typeof value === 'function') return (...args) => noted(value.apply(object, args), at.join('.'), answers);
      return value !== null && typeof value === 'object' ? recorded(value, answers, at) : value;
    },
  });
}

function noted(promise, call, answers) {
  // A page has its answer whole.
  const note = (value) => {
    const isPage = typeof value?.getNextPage === 'function';
    answers.push({ call, isPage, value: JSON.stringify(isPage ? value.response : value) });
  };
  promise.then?.(note, () => {});
  return promise;
}

const HEAD = `
type Plain<T> = T extends readonly unknown[] | object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
declare function json<const T>(value: T): Plain<T>;
declare const client: ManagementClient;
`;

/** Answers that differ in names, dates and numbers only are one. */
function shape(name, value) {
  if (typeof value === 'number') return 1;
  return typeof value === 'string' && /[\d ]/.test(value) ? 'text' : value;
}

/** What the compiler says of the answers of an SDK. */
export function misfits(name, answers) {
  const seen = new Set();
  const lines = [];
  for (const { call, isPage, value } of answers) {
    if (value === undefined) continue;
    const kind = call + JSON.stringify(JSON.parse(value), shape);
    if (seen.has(kind)) continue;
    seen.add(kind);
    const type = `Awaited<ReturnType<typeof client.${call}>>${isPage ? "['response']" : ''}`;
    lines.push(`{ const answer: ${type} = json(${value}); void answer; }`);
  }
  const text = `import type { ManagementClient } from '${name}';\n${HEAD}${lines.join('\n')}\n`;
  return { count: lines.length, errors: compile(text) };
}

function compile(text) {
  const ts = createRequire(import.meta.url)('typescript');
  const file = fileURLToPath(new URL('../../answers.mts', import.meta.url));
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: false,
    skipLibCheck: true,
    noEmit: true,
  };
  // The file is never written.
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.readFile = (name) => (name === file ? text : readFile.call(host, name));
  host.getSourceFile = (name, ...more) =>
    name === file ? ts.createSourceFile(name, text, options.target, true) : getSourceFile.call(host, name, ...more);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const line = found.file ? text.split('\n')[found.file.getLineAndCharacterOfPosition(found.start).line] : '';
    // The first sentence repeats the whole answer, the last ones say what is wrong with it.
    const said = ts.flattenDiagnosticMessageText(found.messageText, '\n').split('\n');
    return `${/client\.[\w.]+/.exec(line)?.[0]}: ${said.slice(-2).join(' ').trim().slice(0, 300)}`;
  });
}
