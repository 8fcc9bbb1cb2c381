// The first view: what was made, what to look at first, and the funnel.

function showOverview(place) {
  put(place, madeLine(), pending(), dropped(), tiles(), versionCards(), lookFirst(), funnel());
}

function madeLine() {
  const { at: when, tracemill, python, system } = DATA.made;
  return el("p", { class: "made" }, `Written ${when} by tracemill ${tracemill}, Python ${python}, ${system}`);
}

function pending() {
  if (!DATA.pending.length) return null;
  return el("p", { class: "why" }, el("b", {}, "Not in this page: "),
    `${DATA.pending.join(", ")} had no result for the recipe and the code as they stood when it was written.`);
}

function dropped() {
  if (!DATA.dropped.length) return null;
  return el("p", { class: "why" }, el("b", {}, "Counted, and not shown: "),
    `the rows that ${DATA.dropped.join(", ")} kept were dropped when nobody needed them any more (keep: results).`);
}

function tiles() {
  const sources = DATA.nodes.filter((node) => !node.needs.length && !node.is_folder);
  const rejected = DATA.nodes.reduce((sum, node) => sum + Object.values(node.rejected).reduce((a, b) => a + b, 0), 0);
  const facts = [
    [sources.reduce((sum, node) => sum + node.out, 0), "rows read", `${sources.length} source${sources.length === 1 ? "" : "s"}`],
    [rejected, "rows rejected", `${new Set(DATA.nodes.flatMap((node) => Object.keys(node.rejected))).size} reasons`],
    [DATA.nodes.reduce((sum, node) => sum + node.failed, 0), "rows failed", "set aside with their errors"],
    [DATA.nodes.reduce((sum, node) => sum + Object.values(node.flagged).reduce((a, b) => a + b, 0), 0), "to look at first", "see below"],
    [DATA.nodes.length, "nodes", clock(DATA.nodes.reduce((sum, node) => sum + node.seconds, 0))],
  ];
  return el("div", { class: "tiles" }, facts.map(([number, name, note]) =>
    el("div", { class: "tile" }, el("b", {}, short(number)), el("span", {}, name), el("small", {}, note))));
}

const sum = (value) => (value && typeof value === "object" ? Object.values(value).reduce((total, one) => total + sum(one), 0) : Number(value) || 0);

function versionCards() {
  if (!DATA.versions.length) return null;
  return el("div", { class: "versions" }, DATA.versions.map((version) =>
    el("article", { class: "card version" },
      el("h3", {}, version.label),
      version.digest ? el("p", { class: "soft" }, "digest ", el("code", {}, String(version.digest).slice(0, 16))) : null,
      el("table", {},
        el("tr", {}, el("th", {}, "view"), el("th", { class: "n" }, "rows"), el("th", {}, ""), el("th", { class: "n" }, "tokens")),
        Object.entries(version.rows || {}).map(([view, splits]) => el("tr", {},
          el("td", {}, view),
          el("td", { class: "n" }, whole(sum(splits))),
          el("td", { class: "soft" }, splits && typeof splits === "object" ? Object.entries(splits).map(([name, rows]) => `${name} ${whole(rows)}`).join(", ") : ""),
          el("td", { class: "n" }, version.tokens && version.tokens[view] ? whole(sum(version.tokens[view])) : "")))))));
}

function lookFirst() {
  const found = DATA.nodes.flatMap((node) => [
    ...Object.entries(node.flagged).map(([why, count]) => ({ why, node: node.name, count })),
    ...(node.failed ? [{ why: "quarantined", node: node.name, count: node.failed }] : []),
  ]);
  if (!found.length) return null;
  return el("section", {},
    el("h2", {}, "Look at these first"),
    el("div", { class: "firsts" }, found.map(({ why, node, count }) =>
      el("button", { class: "first", type: "button", onclick: () => go("rows", { why, node }) },
        el("b", {}, whole(count)), el("span", {}, words(why)), el("small", {}, `at ${node}`)))));
}

function funnel() {
  const most = Math.max(1, ...DATA.nodes.map((node) => node.out + gone(node) + node.failed));
  return el("section", {},
    el("h2", {}, "Funnel"),
    el("p", { class: "soft" }, "Click a bar or a reason to see such rows. ",
      el("span", { class: "key" }, el("i", { class: "kept" }), "kept"), el("span", { class: "key" }, el("i", { class: "rejected" }), "rejected"),
      el("span", { class: "key" }, el("i", { class: "quarantined" }), "failed")),
    el("div", { class: "funnel card" }, DATA.nodes.map((node) => step(node, most))));
}

const gone = (node) => Object.values(node.rejected).reduce((total, count) => total + count, 0);

function step(node, most) {
  const rejected = gone(node);
  const part = (count, fate) => (count ? hint(el("button", {
    class: `part ${fate}`, type: "button", style: { width: `${(100 * count) / most}%` },
    "aria-label": `${node.name}: ${whole(count)} ${fate}`, onclick: () => go("rows", { node: node.name, fate }),
  }), `${node.name}: ${whole(count)} ${fate}${node.in ? `, ${share(count, node.in)} of ${whole(node.in)} in` : ""}`) : null);
  const numbers = node.is_folder
    ? node.needs.length ? `${whole(node.in)} rows in` : ""
    : `${node.needs.length ? `${whole(node.in)} → ` : ""}${whole(node.out)}`;
  return el("div", { class: "step" },
    el("div", { class: "step-name" },
      hint(el("button", { class: "link", type: "button", onclick: () => go("rows", { node: node.name }) }, node.name), `${node.stage}: ${node.about}`),
      el("small", {}, node.stage, node.state === "complete" ? "" : ` · ${node.state}`)),
    el("div", { class: "step-bar" }, node.is_folder ? null : [part(node.out, "kept"), part(rejected, "rejected"), part(node.failed, "quarantined")]),
    el("div", { class: "step-numbers" }, numbers),
    el("div", { class: "step-more" },
      Object.entries(node.rejected).map(([reason, count]) => el("button", {
        class: "chip rejected", type: "button", onclick: () => go("rows", { node: node.name, fate: "rejected", left: reason }),
      }, words(reason), el("b", {}, whole(count)))),
      node.failed ? el("button", { class: "chip quarantined", type: "button", onclick: () => go("rows", { node: node.name, fate: "quarantined" }) }, "failed", el("b", {}, whole(node.failed))) : null,
      spent(node)));
}

function spent(node) {
  const counters = Object.entries(node.counters).map(([name, amount]) => `${words(name)} ${short(amount)}`);
  const line = el("span", { class: "spent" }, [clock(node.seconds), ...counters.slice(0, 4)].join(" · "), counters.length > 4 ? " …" : "");
  return counters.length > 4 ? hint(line, counters.join("\n")) : line;
}
