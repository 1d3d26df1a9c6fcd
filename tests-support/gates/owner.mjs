// The owner of the demo: comes in through the link that the demo prints once, and does what a gate needs somebody for.

const PASSWORD = 'a long walk in the hills';

export class Owner {
  #base;
  #cookie;

  /** Chooses a password at the set-up link, which is a session from then on. */
  static async comeIn(base, link) {
    const key = new URL(link).searchParams.get('key') ?? link.split(/[#/=]/).pop();
    const owner = new Owner();
    owner.#base = base;
    const form = { name: 'Ana Berger', email: 'ana@fieldhouse.example', password: PASSWORD, shop: 'Fieldhouse', country: 'DE', key };
    const answer = await owner.post('/admin/setup', form);
    if (answer.status !== 303) throw new Error(`the owner does not come in: ${answer.status}`);
    owner.#cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    return owner;
  }

  get headers() {
    return this.#cookie ? { cookie: this.#cookie } : {};
  }

  get(path) {
    return fetch(this.#base + path, { headers: this.headers, redirect: 'manual' });
  }

  post(path, form) {
    const headers = { ...this.headers, origin: this.#base };
    return fetch(this.#base + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });
  }

  /** Takes a product out of the shop for good, so that its page says so. */
  async archive(title) {
    const list = await (await this.get(`/admin/products?q=${encodeURIComponent(title)}`)).text();
    const path = list.match(/href="(\/admin\/products\/[0-9a-f-]{36})"/)?.[1];
    const answer = await this.post(`${path}/archive`, {});
    if (answer.status !== 303) throw new Error(`${title} was not archived: ${answer.status}`);
  }
}
