// The data as the page works with them: values unfolded, rows joined to their kin.

const DATA = JSON.parse(document.getElementById("data").textContent);
const NODES = new Map(DATA.nodes.map((node) => [node.name, node]));
const CUT = Symbol("cut");

// A text that was cut becomes an object that says how long it was; every other value becomes plain again.
function unfolded(value) {
  if (Array.isArray(value)) return value.map(unfolded);
  if (value === null || typeof value !== "object") return value;
  if ("=" in value) return unfolded(DATA.texts[value["="]]);
  if ("~" in value) return { [CUT]: true, text: value["~"], of: value.of };
  return Object.fromEntries(Object.entries(value["{"]).map(([name, item]) => [name, unfolded(item)]));
}

const textOf = (value) => (value && value[CUT] ? value.text : String(value));

function at(row, path) {
  let value = row;
  for (const name of path.split(".")) value = value === null || value === undefined ? undefined : value[name];
  return value;
}

// Sightings of an id in run order; `row` is all that was known of the id by then.
const SIGHTS = new Map();
for (const [id, lines] of Object.entries(DATA.rows)) {
  let row = {};
  SIGHTS.set(id, lines.map(([node, fate, reason, detail, folded]) => {
    const changes = Object.fromEntries(Object.entries(folded).map(([name, value]) => [name, unfolded(value)]));
    row = { ...row, ...changes };
    return { id, node, fate: DATA.fates[fate], reason, detail: textOf(unfolded(detail)), changes, row };
  }));
}

const ORDER = new Map(DATA.nodes.map((node, index) => [node.name, index]));

function ancestorsOf(id) {
  const parts = id.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

const BELOW = new Map();
for (const id of SIGHTS.keys()) {
  for (const above of ancestorsOf(id)) BELOW.set(above, [...(BELOW.get(above) || []), id]);
}

// One row of the list: `line` are its ancestors' sightings and its own, `life` those of what came from it as well.
function lifeOf(id) {
  const line = [...ancestorsOf(id), id].flatMap((one) => SIGHTS.get(one) || []);
  const life = [...line, ...(BELOW.get(id) || []).flatMap((one) => SIGHTS.get(one))];
  const inOrder = (one, other) => ORDER.get(one.node) - ORDER.get(other.node);
  line.sort(inOrder);
  life.sort(inOrder);
  const row = Object.assign({}, ...line.map((sight) => sight.changes));
  return { id, line, life, row, flags: DATA.flags[id] || [], values: valuesOf(life), search: null };
}

// What the life of a row holds of each facet and number, by its label.
function valuesOf(life) {
  const found = Object.create(null);
  for (const sight of life) {
    const node = NODES.get(sight.node);
    for (const [label, path] of [...Object.entries(node.facets), ...Object.entries(node.numbers)]) {
      const value = at(sight.changes, path);
      if (value !== null && value !== undefined && typeof value !== "object") (found[label] ??= new Set()).add(value);
    }
  }
  return found;
}

const LIVES = DATA.shown.map(lifeOf);
const LIFE = new Map(LIVES.map((life) => [life.id, life]));
const FACETS = [...new Set(DATA.nodes.flatMap((node) => Object.keys(node.facets)))];
const NUMBERS = [...new Set(DATA.nodes.flatMap((node) => Object.keys(node.numbers)))];

function searchable(life) {
  if (life.search === null) {
    const texts = [life.id];
    const gather = (value) => {
      if (typeof value === "string") texts.push(value);
      else if (value && value[CUT]) texts.push(value.text);
      else if (value && typeof value === "object") Object.values(value).forEach(gather);
    };
    life.life.forEach((sight) => { gather(sight.changes); texts.push(sight.reason, sight.detail); });
    life.search = texts.join("\n").toLowerCase();
  }
  return life.search;
}
