// The admin panel's script. Every page works without it.
const doc = document;
const root = doc.documentElement;
const $ = (selector, within = doc) => within.querySelector(selector);
const $$ = (selector, within = doc) => [...within.querySelectorAll(selector)];

/** Local storage that may be switched off: reading gives null, writing is a wish. */
const store = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Private windows refuse; the choice then lasts for this page.
    }
  },
};

const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
const wholeNumber = (text) => parseInt(text, 10) || 0;
const element = (tag, properties, ...children) => {
  const made = Object.assign(doc.createElement(tag), properties);
  made.append(...children);
  return made;
};

// What is parsed comes from the shop itself; the policy that the shop's headers allow says so to the browser.
const dom = globalThis.trustedTypes?.createPolicy("dom", { createHTML: (html) => html });
const parse = (html) => new DOMParser().parseFromString(dom?.createHTML(html) ?? html, "text/html");

let speaking;
/** Says something to people who listen, once the page has settled. */
function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const live = $("#live");
    if (live) live.textContent = text;
  }, 150);
}

root.classList.add("js");

// ---- Theme: the small blocking script sets it before the first paint; here it is chosen.
for (const button of $$("[data-theme-set]")) {
  button.addEventListener("click", () => {
    const theme = button.dataset.themeSet;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    store.set("theme", theme || null);
    button.closest("details").open = false;
    say(button.textContent.trim());
  });
}

// ---- Menus close on Escape and on a click elsewhere.
const openMenus = () => $$("details.menu[open], details.pick[open]");
doc.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
doc.addEventListener("keydown", (event) => {
  const menu = openMenus()[0];
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  $("summary", menu).focus();
});

// ---- Dialogs. Without the script their links lead to a page of their own.
doc.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && doc.getElementById(opener.dataset.dialog);
  if (!dialog?.showModal) return;
  event.preventDefault();
  opener.closest("details.menu")?.removeAttribute("open");
  dialog.showModal();
});
for (const dialog of $$("dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

// ---- Errors take the focus, so that they are read first.
$(".errsum")?.focus();

// ---- Selecting rows: counts, ranges with Shift, all and none.
function selection(index) {
  const all = $("[data-all]", index);
  const boxes = $$(".rc", index);
  const noun = index.dataset.noun || "row";
  const count = $("[data-count]", index);
  let last = -1;

  const sync = () => {
    const n = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = n === boxes.length && n > 0;
      all.indeterminate = n > 0 && n < boxes.length;
    }
    if (count) count.textContent = `${plural(n, noun)} selected`;
    for (const button of $$("[data-verb]", index))
      button.textContent = `${button.dataset.verb} ${plural(n, noun)}`;
    say(n ? `${plural(n, noun)} selected` : "Nothing selected");
  };

  boxes.forEach((box, i) =>
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0)
        for (let k = Math.min(i, last); k <= Math.max(i, last); k++) boxes[k].checked = box.checked;
      last = i;
      sync();
    }),
  );
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    sync();
  });
  $("[data-none]", index)?.addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    sync();
    all?.focus();
  });
  index.addEventListener("sel", sync);
}
$$("[data-index]").forEach(selection);

// ---- Keyboard. Single keys can be switched off (WCAG 2.1.4); Ctrl combinations always work.
const keySwitch = $("#keys-on");
const singleKeys = () => store.get("keys") !== "off";
if (keySwitch) {
  keySwitch.checked = singleKeys();
  keySwitch.addEventListener("change", () => store.set("keys", keySwitch.checked ? null : "off"));
}

const ROW = "[data-rows] tbody tr, [data-rows] > li, [data-rows] > article";
const rowInFocus = () => doc.activeElement.closest(ROW);
let row = -1;
function moveRow(by) {
  const rows = $$(ROW).filter((candidate) => candidate.offsetParent);
  if (!rows.length) return;
  const focused = rows.findIndex((candidate) => candidate.contains(doc.activeElement));
  row = Math.max(0, Math.min(rows.length - 1, (focused >= 0 ? focused : row) + by));
  $(".go, a[href], button", rows[row])?.focus({ focusVisible: true });
  rows[row].scrollIntoView({ block: "nearest" });
}

let waitingForPlace = false;
function waitForPlace() {
  waitingForPlace = true;
  root.dataset.g = "";
  setTimeout(stopWaiting, 1600);
}
function stopWaiting() {
  waitingForPlace = false;
  delete root.dataset.g;
}

function selectRow() {
  const box = rowInFocus() && $(".rc", rowInFocus());
  if (!box) return;
  box.checked = !box.checked;
  box.closest("[data-index]")?.dispatchEvent(new Event("sel"));
}

const KEYS = {
  g: waitForPlace,
  "/": () => $("#gs")?.focus(),
  "?": () => $("#keys")?.showModal(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: selectRow,
  e: () => ($("a[data-main]") ?? $("[data-main]"))?.click(),
  J: () => $("[data-next]")?.click(),
  K: () => $("[data-prev]")?.click(),
};

doc.addEventListener("keydown", (event) => {
  const { key } = event;
  const held = event.ctrlKey || event.metaKey;
  if (held && key.toLowerCase() === "s") return saveForm(event);
  if (held && key.toLowerCase() === "k") return openCommands(event);
  const typing = event.target.closest(
    "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]",
  );
  if (typing || held || event.altKey || !singleKeys() || $("dialog[open]")) return;
  if (waitingForPlace) {
    const place = $(`[data-go="${CSS.escape(key)}"]`);
    stopWaiting();
    if (place) {
      event.preventDefault();
      place.click();
    }
    return;
  }
  const button = rowInFocus() && $(`[data-key="${CSS.escape(key)}"]`, rowInFocus());
  const action = button ? () => button.click() : KEYS[key];
  if (!action) return;
  event.preventDefault();
  action();
});

function saveForm(event) {
  const form = event.target.closest("form[data-dirty]") || $("form[data-dirty]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}

// ---- The command list (Ctrl K): what this page can do, and where one can go.
const ownText = (link) =>
  [...link.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE)
    .map((node) => node.data.trim())
    .join("");

function commands() {
  const actions = $$(".ph .acts a, .ph .acts button").map((el) => ({
    text: el.textContent.trim(),
    hint: "this page",
    run: () => el.click(),
  }));
  const views = $$(".tabs a").map((el) => ({
    text: `View: ${ownText(el)}`,
    hint: "list",
    run: () => el.click(),
  }));
  const places = $$(".nav li a").map((el) => ({
    text: `Go to ${ownText(el)}`,
    hint: el.dataset.go ? `g ${el.dataset.go}` : "",
    run: () => el.click(),
  }));
  return [...actions, ...views, ...places].filter((command) => command.text);
}

function searchShop(words) {
  const form = $(".gs");
  form.elements.q.value = words;
  form.requestSubmit();
}

function makeCommandList() {
  const input = element("input", { placeholder: "What do you want to do?", autocomplete: "off" });
  input.role = "combobox";
  input.ariaExpanded = "true";
  input.ariaAutoComplete = "list";
  input.ariaLabel = "Command";
  input.setAttribute("aria-controls", "pal-l");
  const list = element("ul", { id: "pal-l", role: "listbox", ariaLabel: "Commands" });
  const dialog = element("dialog", { id: "pal", className: "mid pal", ariaLabel: "Commands" }, input, list);
  const all = commands();
  let shown = [];
  let chosen = 0;

  const run = (i) => {
    dialog.close();
    shown[i]?.run();
  };
  const draw = () => {
    const typed = input.value.trim();
    const words = typed.toLowerCase().split(/\s+/);
    shown = all.filter((command) => words.every((word) => command.text.toLowerCase().includes(word)));
    if (typed)
      shown.push({ text: `Search the shop for “${typed}”`, hint: "/", run: () => searchShop(typed) });
    chosen = Math.max(0, Math.min(chosen, shown.length - 1));
    list.replaceChildren(
      ...shown.map((command, i) => {
        const item = element("li", { id: `pal-${i}`, role: "option" }, command.text);
        item.ariaSelected = String(i === chosen);
        item.append(element("span", { textContent: command.hint }));
        item.addEventListener("click", () => run(i));
        return item;
      }),
    );
    input.setAttribute("aria-activedescendant", `pal-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };

  input.addEventListener("input", () => {
    chosen = 0;
    draw();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + shown.length) % shown.length;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(chosen);
    }
  });
  dialog.addEventListener("close", () => {
    input.value = "";
    chosen = 0;
  });
  dialog.draw = draw;
  doc.body.append(dialog);
  return dialog;
}

function openCommands(event) {
  event.preventDefault();
  const dialog = $("#pal") ?? makeCommandList();
  if (dialog.open) return;
  dialog.draw();
  dialog.showModal();
  $("input", dialog).focus();
}

// ---- Unsaved changes: a bar that names them, and a question before leaving.
function isChanged(control) {
  if (control.type === "checkbox" || control.type === "radio")
    return control.checked !== control.defaultChecked;
  if (control.tagName !== "SELECT") return control.value !== control.defaultValue;
  const options = [...control.options];
  const nothingPreset = !options.some((option) => option.defaultSelected);
  if (nothingPreset && control.selectedIndex === 0) return false;
  return options.some((option) => option.selected !== option.defaultSelected);
}

const nameOf = (control) =>
  ($("legend", control)?.textContent || control.labels?.[0]?.firstChild?.textContent || control.ariaLabel || control.name).trim();

function watchChanges(form) {
  const bar = $("[data-dirty-bar]", form);
  const what = $("[data-dirty-what]", form);
  let dirty = false;
  let sending = false;

  const check = () => {
    const changed = [...form.elements].filter(
      (control) =>
        control.name &&
        /INPUT|SELECT|TEXTAREA/.test(control.tagName) &&
        !/hidden|search/.test(control.type) &&
        isChanged(control),
    );
    const picked = $("[data-unsaved]", form);
    if (picked) changed.push(picked);
    dirty = changed.length > 0;
    bar?.classList.toggle("show", dirty);
    for (const line of $$(".mx tr", form))
      line.classList.toggle(
        "changed",
        changed.some((control) => line.contains(control)),
      );
    if (!what) return;
    const names = [...new Set(changed.map(nameOf))];
    what.textContent = names.length > 2 ? plural(names.length, "field") : names.join(" and ");
  };

  form.addEventListener("input", check);
  form.addEventListener("check", check);
  form.addEventListener("reset", () => setTimeout(check));
  form.addEventListener("submit", () => (sending = true));
  addEventListener("beforeunload", (event) => {
    if (dirty && !sending) event.preventDefault();
  });
}
$$("form[data-dirty]").forEach(watchChanges);

// ---- Choosing products: a button sends the form behind the scenes, and the picker's parts are put in anew. Presses wait for each other,
// so that none is lost.
let picking = Promise.resolve();
function press(id) {
  picking = picking.then(() => doc.getElementById(id) && sendPick(doc.getElementById(id)));
}

async function sendPick(button) {
  const { form, value } = button;
  const picker = button.closest("[data-picker]");
  const body = new URLSearchParams(new FormData(form));
  body.append(button.name, value);
  const answer = await fetch(button.formAction, { method: "POST", body }).catch(() => null);
  const page = answer?.ok && parse(await answer.text());
  const fresh = page && page.getElementById(picker.id);
  if (!fresh) return form.requestSubmit(button); // Whatever is wrong, the page itself says it.
  const part = button.closest("[data-part]");
  const at = part ? $$("button", part).indexOf(button) : -1;
  const had = doc.activeElement === button;
  for (const old of $$("[data-part]", picker))
    old.replaceWith($(`[data-part=${old.dataset.part}]`, fresh) ?? "");
  picker.toggleAttribute("data-unsaved", fresh.hasAttribute("data-unsaved"));
  form.dispatchEvent(new Event("check"));
  say($("[data-said]", picker).textContent);
  if (had) focusAfter(picker, part, at, button);
}

/** The button that was pressed, another one of its product, the one that stands where it stood, or the search. */
function focusAfter(picker, part, at, { id, value }) {
  const within = part && $(`[data-part=${part.dataset.part}]`, picker);
  const buttons = within ? $$("button", within) : [];
  const product = value.slice(value.indexOf("-"));
  const next =
    doc.getElementById(id) ??
    buttons.find((other) => other.value.endsWith(product)) ??
    buttons[Math.min(at, buttons.length - 1)];
  (next ?? $("input[type=search]", picker)).focus();
}

doc.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picker] button[name=look]");
  if (!button) return;
  event.preventDefault();
  press(button.id);
});
for (const find of $$("[data-picker] input[type=search]")) {
  const { id } = find.nextElementSibling;
  let typing;
  find.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(press, 300, id);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(typing);
    press(id);
  });
}

// ---- A second press while the first is on its way does nothing; the server is safe either way.
for (const form of $$('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "";
    if (event.submitter) event.submitter.ariaDisabled = "true";
  });
}
addEventListener("pageshow", () => {
  for (const form of $$("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of $$("[aria-disabled]", form)) button.ariaDisabled = null;
  }
});

// ---- The variant table: arrows move between rows, Ctrl and arrow down copies to the rows below.
function matrixKeys(event) {
  const cell = event.target;
  if (!cell.closest(".mx td") || !/^Arrow(Up|Down)$/.test(event.key)) return;
  event.preventDefault();
  const rows = $$("tbody tr", cell.closest(".mx"));
  const at = rows.indexOf(cell.closest("tr"));
  const sameColumn = (line) => line && $(`[data-col="${cell.dataset.col}"]`, line);
  if (event.ctrlKey && event.key === "ArrowDown") {
    if (cell.dataset.col === "sku") return; // A SKU is given once.
    for (const line of rows.slice(at + 1)) sameColumn(line).value = cell.value;
    cell.form?.dispatchEvent(new Event("check"));
    say("Copied to the rows below");
    return;
  }
  const target = sameColumn(rows[at + (event.key === "ArrowDown" ? 1 : -1)]);
  target?.focus();
  target?.select?.();
}
for (const matrix of $$("[data-matrix]")) matrix.addEventListener("keydown", matrixKeys);

// ---- Uploading begins when pictures are chosen; without the script there is a button.
for (const input of $$("input[type=file][data-upload]")) {
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    say(`Uploading ${plural(input.files.length, "file")}`);
    input.form.requestSubmit($(`[data-upload-button]`, input.form));
  });
}

// ---- − and + beside quantities.
function stepper(input) {
  const button = (sign, by) => {
    const label = `${by < 0 ? "One less" : "One more"}, ${input.getAttribute("aria-label")}`;
    const made = element("button", {
      type: "button",
      className: "btn ico sm",
      textContent: sign,
      ariaLabel: label,
    });
    made.addEventListener("click", () => {
      input.value = Math.max(0, Math.min(+input.dataset.max, wholeNumber(input.value) + by));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return made;
  };
  input.before(button("−", -1));
  input.after(button("+", 1));
}
$$("[data-step]").forEach(stepper);

// ---- Sending a parcel: the button counts, and the carrier is guessed from the number.
function shipping(form) {
  const button = $("[data-ship-btn]", form);
  const carrier = form.elements.carrier;
  const hint = $("[data-carrier]", form);
  const carriers = $$("option[data-pattern]", carrier);

  form.addEventListener("input", () => {
    const n = $$("[data-step]", form).reduce((sum, input) => sum + wholeNumber(input.value), 0);
    button.textContent = n ? `Send ${plural(n, "item")}` : "Choose at least one item";
  });
  form.elements.tracking.addEventListener("input", (event) => {
    const number = event.target.value.replace(/\W/g, "").toUpperCase();
    const match = carriers.find((option) => new RegExp(option.dataset.pattern).test(number));
    hint.textContent = match ? `Looks like ${match.text}` : "";
    if (match) match.selected = true;
  });
}
$$("form[data-ship]").forEach(shipping);

// ---- Refunding and taking money: the button says how much; the shop works it out again.
function refunding(form) {
  const { decimals, symbol, refund: most, verb = "Refund", bare = verb } = form.dataset;
  const unit = 10 ** decimals;
  const money = (minor) => symbol + (minor / unit).toLocaleString("en", { minimumFractionDigits: +decimals });
  const button = $("[data-refund-btn]", form);
  const worthOf = (input) => {
    const n = Math.min(+input.dataset.max, Math.max(0, wholeNumber(input.value)));
    return n ? +input.dataset.worth.split(" ")[n - 1] : 0;
  };

  const show = () => {
    let sum = 0;
    for (const input of $$("[data-worth]", form)) {
      const worth = worthOf(input);
      sum += worth;
      const figure = $("[data-amount]", input.closest(".line"));
      figure.textContent = worth ? money(worth) : `of ${input.dataset.max}`;
    }
    const delivery = form.elements.shipping;
    if (delivery?.checked) sum += +delivery.dataset.minor;
    const typed = form.elements.amount.value.trim().replace(",", ".");
    if (typed) sum = Math.round(Number(typed) * unit);
    const fits = sum > 0 && sum <= +most;
    $("[data-out]", form).textContent = Number.isNaN(sum) ? "" : money(sum);
    button.textContent = fits ? `${verb} ${money(sum)}` : bare;
  };
  form.addEventListener("input", show);
  show();
}
$$("form[data-refund]").forEach(refunding);

// ---- Charts: pointer and keyboard read a day aloud; the table below holds the same figures.
function chart(figure) {
  const area = $("[data-area]", figure);
  const days = $$("[data-series] tbody tr", figure);
  const read = $("[data-read]", figure);
  const cross = $(".cross", figure);
  const heads = $$("[data-series] thead th", figure).map((head) => head.textContent);
  let at = -1;

  const show = (n) => {
    at = Math.max(0, Math.min(days.length - 1, n));
    const x = days.length > 1 ? (at * 1000) / (days.length - 1) : 500;
    cross.setAttribute("d", `M${x} 0V200`);
    cross.style.display = "block";
    const [day, ...figures] = [...days[at].cells].map((cell) => cell.textContent);
    const before = figures[1] ? `, ${heads[2].toLowerCase()} ${figures[1]}` : "";
    read.replaceChildren(element("b", { textContent: `${day}: ${figures[0]}` }), before);
  };

  area.tabIndex = 0;
  area.role = "group";
  area.ariaLabel = "Chart, use arrow keys";
  area.addEventListener("pointermove", (event) => {
    const box = area.getBoundingClientRect();
    show(Math.round(((event.clientX - box.left) / box.width) * (days.length - 1)));
  });
  area.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -days.length, End: days.length }[event.key];
    if (!step) return;
    event.preventDefault();
    show(at + step);
    say(read.textContent);
  });
  area.addEventListener("pointerleave", () => (cross.style.display = "none"));
}
$$("[data-chart]").forEach(chart);

// ---- The current tab is in view on narrow screens.
for (const tab of $$(".tabs [aria-current], .set > nav [aria-current]")) {
  const strip = tab.closest(".tabs, ul");
  if (strip.scrollWidth > strip.clientWidth)
    strip.scrollLeft = tab.offsetLeft - strip.clientWidth / 2 + tab.offsetWidth / 2;
}

// ---- Copying.
for (const button of $$("[data-copy]")) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(doc.getElementById(button.dataset.copy).innerText);
      say("Copied");
      button.ariaLabel = "Copied";
    } catch {
      say("Not copied");
    }
  });
}

// ---- Showing a password.
for (const button of $$("[data-show-pass]")) {
  button.addEventListener("click", () => {
    const input = doc.getElementById(button.dataset.showPass);
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.ariaPressed = String(shown);
  });
}
