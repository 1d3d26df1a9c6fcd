// Lighthouse on the public pages of a running shop: `node gates.mjs ADDRESS`.
//
// Accessibility, best practices and, where a page is to be found, search engines must be whole; weights, requests and nodes must stay
// within their budgets. How fast a page was depends on the machine: it is printed, and fails nothing.

import http from 'node:http';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const KIB = 1024;
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
];

/** The bytes of a page as a browser gets it, compressed with brotli. */
function weight(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => (bytes += chunk.length));
      answer.on('end', () => resolve(bytes));
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

async function look(base, port, { path, budget, isHidden }) {
  const ask = () => lighthouse(base + path, { port, logLevel: 'error' });
  let { lhr } = await ask();
  // A trace that Chromium did not begin in time says nothing about the page.
  if (lhr.runtimeError) ({ lhr } = await ask());
  if (lhr.runtimeError) return [`Lighthouse could not look: ${lhr.runtimeError.message}`];
  const html = await weight(base + path);
  const { audits } = lhr;
  const bytes = audits['total-byte-weight'].numericValue;
  const requests = audits['network-requests'].details.items.filter(({ resourceType }) => resourceType !== 'Image').length;
  const nodes = (audits['dom-size-insight'] ?? audits['dom-size'])?.details?.debugData?.totalElements ?? audits['dom-size']?.numericValue ?? 0;
  const fast = Math.round(lhr.categories.performance.score * 100);
  const lcp = Math.round(audits['largest-contentful-paint'].numericValue);
  const tbt = Math.round(audits['total-blocking-time'].numericValue);
  console.log(`${path}: performance ${fast}, largest paint ${lcp} ms, blocked ${tbt} ms, html ${html} B, all ${bytes} B, ${requests} requests, ${nodes} nodes`);
  return [
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

const base = process.argv[2];
const chrome = await launch({ chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'] });
let failed = 0;
try {
  for (const page of PAGES) {
    const found = await look(base, chrome.port, page);
    failed += found.length;
    for (const fault of found) console.log(`  ${page.path}: ${fault}`);
  }
} finally {
  await chrome.kill();
}
if (failed > 0) {
  console.log(`${failed} gates are missed`);
  process.exit(1);
}
console.log('Every gate is passed');
