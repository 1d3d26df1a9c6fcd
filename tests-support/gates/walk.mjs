// Finds the pages of a running shop by following its links: two of each kind, which is what their addresses have in common.

const OF_A_KIND = 2;
const MOST = 400;

function kind(path) {
  const [place, query = ''] = path.split('?');
  const parts = place.split('/').map((part) => (/^[0-9a-f-]{36}$|^\d{4}-\w{4}$/.test(part) ? '*' : part));
  // A product is like another, and so is a category or a page of text.
  const shape = ['p', 'c', 'collections', 'pages'].includes(parts[1]) ? `/${parts[1]}/*` : parts.join('/');
  const names = query.split('&').map((pair) => pair.split('=')[0]).sort();
  return `${shape}?${names}`;
}

/** Every page of HTML that links lead to from `roots`, as `[path, status, html]`. `get` asks for a path; `stays` says where not to go. */
export async function* pages(get, roots, stays) {
  const waiting = [...roots];
  const seen = new Set();
  const ofKind = new Map();
  while (waiting.length > 0 && seen.size < MOST) {
    const path = waiting.shift();
    const n = ofKind.get(kind(path)) ?? 0;
    if (seen.has(path) || n >= OF_A_KIND) continue;
    seen.add(path);
    ofKind.set(kind(path), n + 1);
    const answer = await get(path);
    const to = answer.headers.get('location');
    if (to && stays(to)) waiting.push(to);
    if (!answer.headers.get('content-type')?.startsWith('text/html') || to) continue;
    const html = await answer.text();
    yield [path, answer.status, html];
    for (const [, href] of html.matchAll(/<a[^>]*\shref="([^"]+)"/g)) {
      const next = href.replaceAll('&amp;', '&').split('#')[0];
      if (/^\/[^/]/.test(next) && stays(next)) waiting.push(next);
    }
  }
}
