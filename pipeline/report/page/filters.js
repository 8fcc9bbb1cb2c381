// Which rows of the sample are listed, and the fields by which a reader says so.

const FACETS_FIRST = 6; // the others are folded away
const NUMBERS_FIRST = 2;

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

// The labels that most nodes have come first.
function common(kind, labels) {
  const count = (label) => DATA.nodes.filter((node) => label in node[kind]).length;
  return [...labels].sort((one, other) => count(other) - count(one));
}

const setFilters = (changes, options) => {
  const { id, ...filters } = state.filters;
  go("rows", { ...filters, page: "", ...changes }, options);
};

function filterBar(filters) {
  const facets = common("facets", FACETS).map((facet) => facetField(facet, filters)).filter(Boolean);
  const numbers = common("numbers", NUMBERS).filter((name) => LIVES.some((life) => life.values[name])).map((name) => rangeField(name, filters));
  const more = [...facets.slice(FACETS_FIRST), ...numbers.slice(NUMBERS_FIRST)];
  const counted = (name) => valuesFor(name, filters).map(([value, count]) => [value, `${words(value)} (${count})`]);
  const nodes = DATA.nodes.map((node) => node.name).filter((name) => LIVES.some((life) => life.life.some((sight) => sight.node === name)));
  return el("details", { class: "filters card", open: view.filtersOpen ?? innerWidth > 700, ontoggle: (event) => { view.filtersOpen = event.target.open; } },
    el("summary", {}, el("b", {}, "Filter"), chips(filters)),
    el("div", { class: "fields" },
      searchField(filters),
      selectField("why", "look first because", counted("why"), filters),
      selectField("node", "node", nodes.map((name) => [name, name]), filters),
      selectField("fate", "fate", DATA.fates.map((fate) => [fate, fate]), filters),
      selectField("left", "left because", counted("left"), filters),
      facets.slice(0, FACETS_FIRST), numbers.slice(0, NUMBERS_FIRST),
      more.length ? folded(more) : null));
}

function chips(filters) {
  const active = Object.entries(filters).filter(([name]) => name !== "page");
  if (!active.length) return el("span", { class: "soft" }, "by node, fate, source, text …");
  return el("span", { class: "active" }, active.map(([name, value]) => el("button", {
    class: "chip set", type: "button", title: "remove this filter",
    onclick: (event) => { event.preventDefault(); setFilters({ [name]: "" }); },
  }, `${words(name).replace(/^is\./, "").replace(".", " ")}: ${words(value)} ×`)));
}

function folded(fields) {
  const toggled = (event) => { view.moreOpen = event.target.open; event.stopPropagation(); };
  return el("details", { class: "more", open: view.moreOpen, ontoggle: toggled },
    el("summary", {}, `${fields.length} more filters`), el("div", { class: "fields" }, fields));
}

function searchField(filters) {
  const field = el("input", { name: "q", type: "search", value: filters.q || "", placeholder: "words, or an id", oninput: () => {
    clearTimeout(view.timer);
    view.timer = setTimeout(() => setFilters({ q: field.value }, { replace: true }), 250);
  } });
  return el("label", { class: "grow" }, el("span", {}, "search"), field);
}

function selectField(name, label, options, filters) {
  const field = el("select", { name, class: filters[name] ? "set" : "", onchange: () => setFilters({ [name]: field.value }) },
    el("option", { value: "" }, "any"),
    options.map(([value, text]) => el("option", { value, selected: filters[name] === value }, text)));
  return options.length ? el("label", {}, el("span", {}, words(label)), field) : null;
}

function facetField(facet, filters) {
  const name = `is.${facet}`;
  const values = valuesFor(name, filters);
  if (values.length < 2 && !filters[name]) return null;
  return selectField(name, facet, values.map(([value, count]) => [value, `${words(value)} (${count})`]), filters);
}

function rangeField(number, filters) {
  const end = (side) => {
    const name = `${side}.${number}`;
    const field = el("input", {
      name, type: "number", step: "any", value: filters[name] ?? "", placeholder: side, onchange: () => setFilters({ [name]: field.value }),
    });
    return field;
  };
  return el("label", { class: "range" }, el("span", {}, words(number)), el("span", {}, end("from"), end("to")));
}
