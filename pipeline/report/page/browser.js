// The rows this page holds: filters, a list with pages, and beside it the row that is open.

const PAGE = 25;
const view = { maths: true, found: [], page: 0 };

function isMatch(life, filters) {
  const { node, fate, left, why, q } = filters;
  if (why && !life.flags.some(([name, by]) => name === why && (!node || by === node))) return false;
  if ((node || fate || left) && !life.life.some((sight) =>
    (!node || sight.node === node) && (!fate || sight.fate === fate) && (!left || sight.reason === left))) return false;
  if (!Object.entries(filters).every(([name, value]) => holds(life, name, value))) return false;
  return !q || q.toLowerCase().split(/\s+/).every((word) => searchable(life).includes(word));
}

// Conditions on what rows hold: is.source=web, from.pass_rate=0.2, to.pass_rate=0.8
function holds(life, name, value) {
  const [, test, label] = /^(is|from|to)\.(.*)$/.exec(name) || [];
  if (!test) return true;
  const values = [...(life.values[label] || [])];
  if (test === "is") return value === "(none)" ? !values.length : values.map(String).includes(value);
  return values.some((one) => (test === "from" ? one >= Number(value) : one <= Number(value)));
}

function showRows(place) {
  const { id, ...filters } = state.filters;
  view.found = LIVES.filter((life) => isMatch(life, filters));
  view.page = Math.min(Math.max(0, Number(filters.page) || 0), Math.max(0, Math.ceil(view.found.length / PAGE) - 1));
  const open = id !== undefined ? LIFE.get(id) : null;
  const focused = document.activeElement?.name;
  put(place, filterBar(filters), el("div", { class: `panes ${open ? "reading" : ""}` }, list(open), reader(open)));
  if (focused) place.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
  place.querySelector(".item.open")?.scrollIntoView({ block: "nearest" });
}

// What a filter can be set to, each with the number of rows that would be left.
function valuesFor(name, filters) {
  const values = new Map();
  const { [name]: _, page: __, ...others } = filters;
  for (const life of LIVES) {
    if (!isMatch(life, others)) continue;
    for (const value of new Set(heldBy(life, name, filters))) values.set(value, (values.get(value) || 0) + 1);
  }
  if (filters[name] && !values.has(filters[name])) values.set(filters[name], 0);
  return [...values].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
}

function heldBy(life, name, { node }) {
  if (name === "why") return life.flags.map(([why]) => why);
  if (name !== "left") return [...(life.values[name.slice(3)] || [])].map(String);
  return life.life.filter((sight) => sight.fate === "rejected" && (!node || sight.node === node)).map((sight) => sight.reason);
}

function filterBar(filters) {
  const set = (changes, options) => go("rows", { ...filters, page: "", ...changes }, options);
  const select = (name, label, options) => {
    const field = el("select", { name, class: filters[name] ? "set" : "", onchange: () => set({ [name]: field.value }) },
      el("option", { value: "" }, "any"),
      options.map(([value, text]) => el("option", { value, selected: filters[name] === value }, text)));
    return options.length ? el("label", {}, el("span", {}, words(label)), field) : null;
  };
  const counted = (name) => valuesFor(name, filters).map(([value, count]) => [value, `${words(value)} (${count})`]);
  const search = el("input", { name: "q", type: "search", value: filters.q || "", placeholder: "words, or an id", oninput: () => {
    clearTimeout(view.timer);
    view.timer = setTimeout(() => set({ q: search.value }, { replace: true }), 250);
  } });
  const number = (name, end) => {
    const key = `${end}.${name}`;
    const field = el("input", { name: key, type: "number", step: "any", value: filters[key] ?? "", placeholder: end, onchange: () => set({ [key]: field.value }) });
    return field;
  };
  const numbers = common("numbers", NUMBERS).filter((name) => LIVES.some((life) => life.values[name])).map((name) =>
    el("label", { class: "range" }, el("span", {}, words(name)), el("span", {}, number(name, "from"), number(name, "to"))));
  const facets = common("facets", FACETS).map((facet) => {
    const values = counted(`is.${facet}`);
    return values.length > 1 || filters[`is.${facet}`] ? select(`is.${facet}`, facet, values) : null;
  }).filter(Boolean);
  const more = [...facets.slice(6), ...numbers.slice(2)];
  const active = Object.entries(filters).filter(([name]) => name !== "page");
  return el("details", { class: "filters card", open: view.filtersOpen ?? innerWidth > 700, ontoggle: (event) => { view.filtersOpen = event.target.open; } },
    el("summary", {}, el("b", {}, "Filter"), active.length ? el("span", { class: "active" }, active.map(([name, value]) =>
      el("button", { class: "chip set", type: "button", title: "remove this filter", onclick: (event) => { event.preventDefault(); set({ [name]: "" }); } },
        `${words(name).replace(/^is\./, "").replace(".", " ")}: ${words(value)} ×`))) : el("span", { class: "soft" }, "by node, fate, source, text …")),
    el("div", { class: "fields" },
      el("label", { class: "grow" }, el("span", {}, "search"), search),
      select("why", "look first because", counted("why")),
      select("node", "node", DATA.nodes.filter((node) => LIVES.some((life) => life.life.some((sight) => sight.node === node.name))).map((node) => [node.name, node.name])),
      select("fate", "fate", DATA.fates.map((fate) => [fate, fate])),
      select("left", "left because", counted("left")),
      facets.slice(0, 6), numbers.slice(0, 2),
      more.length ? el("details", { class: "more", open: view.moreOpen, ontoggle: (event) => { view.moreOpen = event.target.open; event.stopPropagation(); } },
        el("summary", {}, `${more.length} more filters`), el("div", { class: "fields" }, more)) : null));
}

// The labels that most nodes have come first.
function common(kind, labels) {
  const count = (label) => DATA.nodes.filter((node) => label in node[kind]).length;
  return [...labels].sort((one, other) => count(other) - count(one));
}

function list(open) {
  const begin = view.page * PAGE;
  const turn = (page) => go("rows", { ...state.filters, id: undefined, page });
  return el("div", { class: "list" },
    el("p", { class: "count" }, `${whole(view.found.length)} of ${whole(LIVES.length)} sampled rows`,
      el("small", {}, "j and k step through them")),
    view.found.length ? null : el("p", { class: "empty" }, "No row in this sample fits these filters."),
    view.found.slice(begin, begin + PAGE).map((life) => el("a", {
      class: `item ${life === open ? "open" : ""}`, href: addressOf("rows", { ...state.filters, id: life.id }),
    }, el("div", { class: "item-title" }, written(titleOf(life).slice(0, 260), { inline: true })), badges(life, { most: 4 }))),
    view.found.length > PAGE ? el("div", { class: "pages" },
      el("button", { type: "button", disabled: view.page === 0, onclick: () => turn(view.page - 1) }, "‹ before"),
      `${view.page + 1} / ${Math.ceil(view.found.length / PAGE)}`,
      el("button", { type: "button", disabled: begin + PAGE >= view.found.length, onclick: () => turn(view.page + 1) }, "next ›")) : null);
}

function reader(open) {
  if (!open) return el("div", { class: "reader card" }, el("p", { class: "empty" }, state.filters.id === undefined ? "Choose a row to read it." : `The row ${state.filters.id} is not in this sample.`));
  return el("article", { class: "reader card" },
    el("div", { class: "tools" },
      el("button", { type: "button", class: "back", onclick: () => go("rows", { ...state.filters, id: undefined }) }, "‹ list"),
      el("button", { type: "button", onclick: () => move(-1) }, "‹ k"),
      el("button", { type: "button", onclick: () => move(1) }, "j ›"),
      el("button", { type: "button", "aria-pressed": String(!view.maths), onclick: () => { view.maths = !view.maths; listen(); } }, view.maths ? "show as written" : "show formulas")),
    showLife(open, view));
}

function move(by) {
  const now = view.found.findIndex((life) => life.id === state.filters.id);
  const next = now < 0 ? view.page * PAGE : now + by;
  if (next < 0 || next >= view.found.length) return;
  go("rows", { ...state.filters, id: view.found[next].id, page: Math.floor(next / PAGE) || "" }, { replace: now >= 0 });
  document.querySelector(".reader")?.scrollTo(0, 0);
}

function onKey(event) {
  if (state.tab !== "rows" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (by) { event.preventDefault(); move(by); }
  if (event.key === "Escape") go("rows", { ...state.filters, id: undefined });
  if (event.key === "/") { event.preventDefault(); document.querySelector('[name="q"]')?.focus(); }
}
