// One row as a person reads it: its texts, its facts, and its trace from the first node to the last.

const LONG = 900; // characters from which on a text is folded
const LENGTHY = 120; // and from which on it is a text and not a fact
const FADED = ["content_key", "removal_key", "policy", "revision", "verifier", "version"];

function titleOf(life) {
  const [first] = textsOf(life);
  return first ? textOf(first[1]).trim() : life.id || "(no id)";
}

// The texts of a row in the order in which its record types name them, each as it last was; what stood in a row that
// was dropped is named by the nodes above. A row of types that name none is read by whatever is long in it.
function textsOf(life) {
  const types = life.line.flatMap(({ node, fate }) => (fate === "kept" ? [node] : NODES.get(node).needs));
  const paths = [...new Set(types.flatMap((name) => NODES.get(name)?.texts || []))];
  const named = paths.map((path) => [path, at(life.row, path)]).filter(([, value]) => isText(value));
  const found = named.length ? named : Object.entries(life.row).filter(([, value]) => isText(value) && textOf(value).length > LENGTHY);
  return found.filter(([, value], index) => found.findIndex(([, other]) => textOf(other) === textOf(value)) === index);
}

const isText = (value) => (typeof value === "string" && value.trim() !== "") || Boolean(value && value[CUT]);

function badges(life, { most = 9 } = {}) {
  const last = life.line[life.line.length - 1];
  const said = FACETS.flatMap((facet) => [...(life.values[facet] || [])].slice(0, 3).map((value) => [facet, String(value)]));
  const unique = said.filter(([, value], index) => said.findIndex(([, other]) => other === value) === index && value !== "none");
  return el("div", { class: "badges" },
    life.flags.map(([why, node]) => hint(el("span", { class: "badge flag" }, words(why)), `${node} says so`)),
    last && last.fate !== "kept" ? el("span", { class: `badge ${last.fate}` }, last.fate === "exported" ? `in ${last.reason}` : words(last.reason)) : null,
    [...unique.slice(0, 1), ...unique.slice(1).slice(1 - most)].map(([facet, value]) => hint(el("span", { class: `badge is-${value.replace(/\W+/g, "-")}` }, words(value)), words(facet))));
}

function block(name, value, { maths, isFirst }) {
  const text = textOf(value);
  const body = el("div", { class: "prose" }, written(text, { maths }));
  const note = value[CUT] ? el("p", { class: "soft" }, `cut here: ${whole(text.length)} of ${whole(value.of)} characters are shown`) : null;
  const length = value[CUT] ? value.of : text.length;
  if (length <= LONG) return el("section", { class: "block" }, el("h4", {}, words(name)), body, note);
  return el("details", { class: "block", open: isFirst || length <= 3 * LONG },
    el("summary", {}, el("h4", {}, words(name)), el("small", {}, `${whole(length)} characters`)), body, note);
}

function plain(value) {
  if (value === null || value === undefined) return "—";
  if (value[CUT]) return `${value.text}… (${whole(value.of)} characters)`;
  if (Array.isArray(value)) return value.length ? value.map(plain).join(", ") : "—";
  if (typeof value === "object") return Object.entries(value).map(([name, item]) => `${words(name)}: ${plain(item)}`).join("; ");
  if (typeof value === "number") return Number.isInteger(value) ? value.toLocaleString("en-US") : String(+value.toPrecision(5));
  return String(value);
}

// An address becomes a link if it is one of the web; anything else, such as javascript:, stays text.
function fact(value) {
  if (typeof value === "string" && /^https?:\/\/[^\s]+$/.test(value)) {
    return el("a", { href: value, rel: "noreferrer noopener", target: "_blank" }, value);
  }
  return plain(value);
}

function facts(row, without) {
  const lines = Object.entries(row).filter(([name, value]) =>
    !without.has(name) && value !== null && value !== "" && !(Array.isArray(value) && !value.length));
  const shown = lines.filter(([name]) => !FADED.includes(name));
  const faded = lines.filter(([name]) => FADED.includes(name));
  return el("dl", { class: "facts" }, [...shown, ...faded].map(([name, value]) => [el("dt", {}, words(name)), el("dd", {}, fact(value))]));
}

function showLife(life, { maths }) {
  const texts = textsOf(life);
  const names = new Set(texts.map(([path]) => path.split(".")[0]));
  return [
    el("p", { class: "id" }, life.id || "(no id)"),
    badges(life, { most: 20 }),
    life.flags.length ? el("div", { class: "why" }, el("b", {}, "Look at this first: "),
      life.flags.map(([why, node]) => `${words(why)} (${node})`).join(", ")) : null,
    texts.map(([path, value], index) => block(path, value, { maths, isFirst: index === 0 })),
    el("details", { class: "block", open: !texts.length }, el("summary", {}, el("h4", {}, "all fields")), facts(life.row, names)),
    trace(life),
  ];
}

function trace(life) {
  const steps = [];
  for (const sight of life.life) {
    const last = steps[steps.length - 1];
    if (last && last.node === sight.node) last.sights.push(sight);
    else steps.push({ node: sight.node, sights: [sight] });
  }
  return el("section", { class: "block" }, el("h4", {}, "trace"),
    el("ol", { class: "trace" }, steps.map(({ node, sights }) =>
      el("li", { class: sights.some((sight) => sight.id === life.id) ? "" : "kin" },
        el("div", { class: "trace-node" }, hint(el("b", {}, node), NODES.get(node).about), el("small", {}, NODES.get(node).stage)),
        sights.map((sight) => sighting(sight, life))))));
}

function sighting(sight, life) {
  const changed = Object.entries(sight.changes);
  const gist = sight.fate === "exported" ? [sight.reason, sight.detail].filter(Boolean).join(", ")
    : sight.fate !== "kept" ? [words(sight.reason), sight.detail].filter(Boolean).join(": ")
    : changeOf(sight, changed);
  const line = [
    el("span", { class: `fate ${sight.fate}` }, sight.fate), " ",
    sight.id === life.id ? null : [el("span", { class: "other" }, nameOf(sight.id, life)), " "],
    el("span", { class: "gist" }, gist),
  ];
  if (!changed.length) return el("div", { class: "sight" }, line);
  return el("details", { class: "sight" }, el("summary", {}, line), facts(sight.changes, new Set()));
}

// A row that is new is told by its id alone; later, what a node changed about it, in full where that is little.
function changeOf(sight, changed) {
  if (!changed.length) return "unchanged";
  if (SIGHTS.get(sight.id)[0] === sight) return `new, ${changed.length} fields`;
  const told = changed.map(([name, value]) => `${words(name)}: ${plain(value)}`).join(", ");
  return told.length <= 160 ? told : changed.map(([name]) => words(name)).join(", ");
}

function nameOf(id, life) {
  if (id.startsWith(`${life.id}/`)) {
    const name = `…${id.slice(life.id.length)}`;
    return LIFE.has(id) ? el("button", { class: "link", type: "button", onclick: () => go("rows", { id }) }, name) : name;
  }
  return id.length > 14 ? `${id.slice(0, 12)}…` : id;
}
