// Reads the pages that a shop's sitemap names, and prints what the validator finds in their JSON-LD. Errors end with 1; of what is only
// recommended each kind is told once, because much of it no shop can know (who a product is for, a number its maker did not give).
import Validator from "@adobe/structured-data-validator";
import WebAutoExtractor from "@marbec/web-auto-extractor";

const MOST = 200;
const base = process.argv[2].replace(/\/$/, "");
const get = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} is answered with ${answer.status}`);
  return answer.text();
};
const addresses = (xml) => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => base + new URL(url).pathname);

const pages = [];
for (const part of addresses(await get(`${base}/sitemap.xml`))) pages.push(...addresses(await get(part)));
let errors = 0, blocks = 0;
const hints = new Map();
for (const page of pages.slice(0, MOST)) {
  const found = new WebAutoExtractor({ addLocation: false }).parse(await get(page));
  blocks += Object.values(found.jsonld ?? {}).flat().length;
  for (const issue of await new Validator().validate(found)) {
    const where = issue.path.map((step) => step.type).join(" › ");
    if (issue.severity == "ERROR") { errors++; console.error(`${page}: ${where}: ${issue.issueMessage}`) }
    else { const hint = `${where}: ${issue.issueMessage}`; hints.set(hint, (hints.get(hint) ?? 0) + 1) }
  }
}
for (const [hint, n] of hints) console.log(`recommended, ${n} times: ${hint}`);
console.log(`${Math.min(pages.length, MOST)} pages, ${blocks} blocks, ${errors} errors`);
if (!blocks) { console.error("no block was found at all"); errors++ }
process.exit(errors ? 1 : 0);
