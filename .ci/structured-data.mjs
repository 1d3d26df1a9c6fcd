// Reads the pages that a shop's sitemap names, and prints what two validators find in what they tell machines. Errors end with 1; of what
// is only recommended each kind is told once, because much of it no shop can know (who a product is for, a number its maker did not give).
import Validator from "@adobe/structured-data-validator";
import WebAutoExtractor from "@marbec/web-auto-extractor";
import { structuredDataTest } from "structured-data-testing-tool";
import presets from "structured-data-testing-tool/presets.js";

const MOST = 200;
const base = process.argv[2].replace(/\/$/, "");
const get = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} is answered with ${answer.status}`);
  return answer.text();
};
const addresses = (xml) => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => base + new URL(url).pathname);

/** What a page of a kind has to say of itself as JSON-LD; nothing where there are no goods to see, and so no picture either. */
function schemas(page) {
  const [, place] = new URL(page).pathname.split("/");
  const ofKind = { "": ["OnlineStore", "WebSite"], p: ["ProductGroup", "BreadcrumbList"], c: ["BreadcrumbList"], collections: ["BreadcrumbList"] };
  return ofKind[place]?.map((schema) => `jsonld:${schema}`) ?? [];
}

let errors = 0, blocks = 0;
const hints = new Map();
const recommend = (hint) => hints.set(hint, (hints.get(hint) ?? 0) + 1);
const fail = (page, what) => { errors++; console.error(`${page}: ${what}`) };

async function adobe(page, html) {
  const found = new WebAutoExtractor({ addLocation: false }).parse(html);
  blocks += Object.values(found.jsonld ?? {}).flat().length;
  for (const issue of await new Validator().validate(found)) {
    const what = `${issue.path.map((step) => step.type).join(" › ")}: ${issue.issueMessage}`;
    if (issue.severity == "ERROR") fail(page, what); else recommend(what);
  }
}

async function testingTool(page, html) {
  const wanted = schemas(page);
  // Not its rules for Twitter's tags: where those are missing, the ones that Facebook made up are read.
  const cards = wanted.length ? [presets.Facebook] : [];
  const options = { schemas: wanted, presets: [presets.Google, ...cards] };
  // It throws what failed, with all results.
  const results = await structuredDataTest(html, options).catch((error) => error.res ?? Promise.reject(error));
  for (const { group, description, error } of results.failed) fail(page, `${group}: ${description}: ${error?.message}`);
  for (const { group, description } of results.warnings) recommend(`${group}: ${description}`);
}

const pages = [];
for (const part of addresses(await get(`${base}/sitemap.xml`))) pages.push(...addresses(await get(part)));
for (const page of pages.slice(0, MOST)) {
  const html = await get(page);
  await adobe(page, html);
  await testingTool(page, html);
}
for (const [hint, n] of hints) console.log(`recommended, ${n} times: ${hint}`);
console.log(`${Math.min(pages.length, MOST)} pages, ${blocks} blocks, ${errors} errors`);
if (!blocks) { console.error("no block was found at all"); errors++ }
process.exit(errors ? 1 : 0);
