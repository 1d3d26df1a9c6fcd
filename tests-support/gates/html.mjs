// What two validators that know the standard say of the pages of the running demo, the shop's and the panel's: html-validate, and, where
// there is Java, the W3C's own.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import vnu from 'vnu-jar';
import { pages } from './walk.mjs';

const validator = new HtmlValidate({ root: true, extends: ['html-validate:standard'] });

/** What the W3C's validator says of the files of a folder: pairs of a file and a fault. */
function judgedByW3c(folder) {
  if (spawnSync('java', ['-version']).status !== 0) {
    console.log('*** NOT CHECKED by the validator of the W3C: java is missing ***');
    return [];
  }
  const options = ['-Xss4m', '-jar', String(vnu), '--errors-only', '--format', 'json', '--exit-zero-always', '--skip-non-html', folder];
  const { stderr } = spawnSync('java', options, { maxBuffer: 64 << 20 });
  return JSON.parse(stderr).messages.map(({ url, message, lastLine }) => [url.split('/').pop(), `${message} (line ${lastLine})`]);
}

/** Everything that is wrong, each once with the first page it was found on. */
export async function faultsOfPages(base, owner) {
  const folder = mkdtempSync(join(tmpdir(), 'wares-pages-'));
  try {
    return await faultsOf(base, owner, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function faultsOf(base, owner, folder) {
  const found = new Map();
  const kept = [];
  const look = async (get, roots, stays) => {
    let n = 0;
    for await (const [path, status, html] of pages(get, roots, stays)) {
      n += 1;
      writeFileSync(join(folder, `${kept.length}.html`), html);
      kept.push(`${path} (${status})`);
      const report = await validator.validateString(html);
      for (const { ruleId, message, selector, line } of report.results.flatMap(({ messages }) => messages)) {
        const fault = `${ruleId}: ${message}`;
        if (!found.has(fault)) found.set(fault, `${path} (${status}), line ${line}, ${selector}`);
      }
    }
    return n;
  };
  const visit = (path) => fetch(base + path, { redirect: 'manual' });
  const roots = ['/', '/search?q=mug', '/search?q=xyzzyq', '/cart', '/track', '/nowhere', '/p/nothing'];
  const n = await look(visit, roots, (path) => !path.startsWith('/admin'));
  const nPanel = await look((path) => owner.get(path), ['/admin'], (path) => path.startsWith('/admin'));
  for (const [file, fault] of judgedByW3c(folder)) {
    const alike = fault.replace(/ \(line \d+\)$/, '');
    if (!found.has(alike)) found.set(alike, kept[parseInt(file, 10)] + fault.slice(alike.length));
  }
  console.log(`${n} pages of the shop and ${nPanel} of the panel were read by the validators`);
  return [...found].map(([fault, where]) => `${where}: ${fault}`);
}
