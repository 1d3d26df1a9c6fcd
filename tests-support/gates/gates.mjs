// Lighthouse on the public pages of the demo, and a validator on all its pages: `node gates.mjs ADDRESS SETUP-LINK`.
//
// Accessibility, best practices and, where a page is to be found, search engines must be whole; weights, requests and nodes must stay
// within their budgets. Pages that say what is not there are held to the same, and to the status they have to answer with.
// How fast a page was depends on the machine, which is making pictures meanwhile: it is printed, and fails nothing.

import http from 'node:http';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { faultsOfPages } from './html.mjs';
import { Owner } from './owner.mjs';

const KIB = 1024;
/** How often Lighthouse may look once more where it could not. */
const AGAIN = 4;
/** The product that is taken out of the shop, so that there is a page of one. */
const GONE = 'Scar Vase';
// Pictures are not counted among the requests: how many are in view is the page's own matter, and what they weigh is in the sum.
const listing = { html: 24 * KIB, all: 250 * KIB, requests: 12, nodes: 1500 };
const single = { ...listing, html: 14 * KIB, nodes: 800 };
const PAGES = [
  { path: '/', budget: { ...single, all: 350 * KIB, nodes: 1500 } },
  { path: '/categories', budget: single },
  { path: '/c/ceramics', budget: listing },
  { path: '/collections/for-the-breakfast-table', budget: listing },
  { path: '/p/tarn-mug', budget: single },
  { path: '/search?q=mug', budget: listing, isHidden: true },
  { path: '/search?q=xyzzyq', budget: listing, isHidden: true },
  { path: '/cart', budget: single, isHidden: true },
  { path: '/login', budget: single, isHidden: true },
  { path: '/contact', budget: single, isHidden: true },
  { path: '/nowhere', budget: single, isHidden: true, status: 404 },
  { path: '/p/scar-vase', budget: listing, isHidden: true, status: 410 },
];

/** The status of a page, and its bytes as a browser gets them, compressed with brotli. */
function fetched(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => (bytes += chunk.length));
      answer.on('end', () => resolve([answer.statusCode, bytes]));
    });
    request.on('error', reject);
  });
}

/** What is not whole in a category, each with the first place it was found at. */
function faults(report, name) {
  const category = report.categories[name];
  if (category.score === 1) return [];
  const broken = category.auditRefs
    .filter(({ id, weight }) => weight > 0 && report.audits[id].score !== null && report.audits[id].score < 1)
    .map(({ id }) => `${id}: ${report.audits[id].title} ${JSON.stringify(report.audits[id].details?.items?.[0] ?? '').slice(0, 400)}`);
  return [`${name} is ${Math.round((category.score ?? 0) * 100)} of 100`, ...broken];
}

function over(what, measured, most) {
  return measured > most ? [`${what}: ${measured}, at most ${most}`] : [];
}

/** One look at a page. What Chromium says of the status that a page has to answer with is no error of the page. */
async function report(url, port, status) {
  const flags = { port, logLevel: 'error', ignoreStatusCode: status !== 200 };
  const expected = { path: 'errors-in-console', options: { ignoredPatterns: [`responded with a status of ${status}`] } };
  const config = { extends: 'lighthouse:default', ...(status === 200 ? {} : { audits: [expected] }) };
  const { lhr } = await lighthouse(url, flags, config);
  return lhr;
}

async function look(base, port, { path, budget, isHidden, status = 200 }) {
  const ask = () => report(base + path, port, status);
  let lhr = await ask();
  // A trace that Chromium did not begin in time says nothing about the page.
  for (let again = 0; lhr.runtimeError && again < AGAIN; again += 1) lhr = await ask();
  if (lhr.runtimeError) return [`Lighthouse could not look: ${lhr.runtimeError.message}`];
  const [answered, html] = await fetched(base + path);
  const { audits } = lhr;
  const bytes = audits['total-byte-weight'].numericValue;
  const requests = audits['network-requests'].details.items.filter(({ resourceType }) => resourceType !== 'Image').length;
  const nodes = (audits['dom-size-insight'] ?? audits['dom-size'])?.details?.debugData?.totalElements ?? audits['dom-size']?.numericValue ?? 0;
  const fast = Math.round(lhr.categories.performance.score * 100);
  const lcp = Math.round(audits['largest-contentful-paint'].numericValue);
  const tbt = Math.round(audits['total-blocking-time'].numericValue);
  console.log(`${path}: performance ${fast}, largest paint ${lcp} ms, blocked ${tbt} ms, html ${html} B, all ${bytes} B, ${requests} requests, ${nodes} nodes`);
  return [
    ...(answered === status ? [] : [`it answers ${answered}, not ${status}`]),
    ...faults(lhr, 'accessibility'),
    ...faults(lhr, 'best-practices'),
    ...(isHidden ? [] : faults(lhr, 'seo')),
    ...over('bytes of HTML', html, budget.html),
    ...over('bytes in all', bytes, budget.all),
    ...over('requests', requests, budget.requests),
    ...over('nodes', nodes, budget.nodes),
    ...over('layout shift', audits['cumulative-layout-shift'].numericValue, 0.02),
  ];
}

const [base, setUpLink] = process.argv.slice(2);
const owner = await Owner.comeIn(base, setUpLink);
await owner.archive(GONE);
const missed = (await faultsOfPages(base, owner)).map((fault) => `HTML: ${fault}`);
const chrome = await launch({ chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'] });
try {
  for (const page of PAGES) missed.push(...(await look(base, chrome.port, page)).map((fault) => `${page.path}: ${fault}`));
} finally {
  await chrome.kill();
}
for (const fault of missed) console.log(`  ${fault}`);
if (missed.length > 0) {
  console.log(`${missed.length} gates are missed`);
  process.exit(1);
}
console.log('Every gate is passed');
