// Counts of facets and histograms of numbers over all rows; each card may be asked for another node.

function showDistributions(place) {
  const byLabel = (tables, label) => {
    const groups = new Map();
    for (const table of tables) groups.set(table[label], [...(groups.get(table[label]) || []), table]);
    return [...groups];
  };
  put(place,
    el("p", { class: "soft" }, "Counted over all rows of a node, not over those this page holds."),
    el("div", { class: "cards" },
      byLabel(DATA.histograms, "number").sort(([, one], [, other]) => telling(other) - telling(one)).map(([label, tables]) => histogramCard(label, tables)),
      reasonsCard(),
      byLabel(DATA.facets, "facet").filter(([, tables]) => tables.some((one) => one.values.length > 1)).map(([label, tables]) => facetCard(label, tables))));
}

// What is told apart by outcome and teacher comes first, and then what is known of the latest nodes.
function telling(tables) {
  const isApart = tables.some((table) => Object.values(table.by).some((groups) => groups.length > 1));
  return (isApart ? DATA.nodes.length : 0) + Math.max(...tables.map((table) => ORDER.get(table.node)));
}

function choice(label, options, chosen, change) {
  const select = el("select", { onchange: () => change(select.value) },
    options.map((option) => el("option", { value: option, selected: option === chosen }, words(option))));
  return el("label", { class: "choice" }, label, select);
}

function histogramCard(label, tables) {
  const body = el("div", {});
  const largest = tables.reduce((best, one) => (one.all.rows >= best.all.rows ? one : best));
  const chosen = { node: largest.node, by: "" };
  const draw = () => {
    const table = tables.find((one) => one.node === chosen.node);
    const facets = Object.keys(table.by).filter((facet) => table.by[facet].length > 1 || tables.length === 1);
    if (!facets.includes(chosen.by)) chosen.by = facets.includes("outcome") ? "outcome" : facets[0] || "";
    const groups = chosen.by ? table.by[chosen.by] : [{ value: "all", ...table.all }];
    put(body,
      el("div", { class: "choices" },
        choice("at", tables.map((one) => one.node), chosen.node, (node) => { chosen.node = node; draw(); }),
        facets.length ? choice("by", facets, chosen.by, (by) => { chosen.by = by; draw(); }) : null),
      histogram({ edges: table.edges, isOpen: table.is_open, groups, unit: words(label) }),
      groups.length > 1 ? legend(groups) : null,
      statistics(groups.length > 1 ? [...groups, { value: "all", ...table.all, colour: null }] : groups));
  };
  draw();
  return el("article", { class: "card wide" }, el("h3", {}, words(label)), body);
}

function statistics(groups) {
  const columns = ["mean", "median", "p90", "most"];
  return el("div", { class: "scroll" }, el("table", { class: "statistics" },
    el("tr", {}, el("th", {}, ""), el("th", { class: "n" }, "rows"), columns.map((name) => el("th", { class: "n" }, name))),
    groups.map((group) => el("tr", {}, el("td", {}, words(group.value)), el("td", { class: "n" }, whole(group.rows)),
      columns.map((name) => el("td", { class: "n" }, short(group[name])))))));
}

function facetCard(label, tables) {
  const body = el("div", {});
  const draw = (name) => {
    const table = tables.find((one) => one.node === name);
    const total = table.values.reduce((count, [, rows]) => count + rows, 0) + table.others[1];
    const lines = table.values.map(([value, count]) => ({ label: value, count, go: () => go("rows", { node: name, [`is.${label}`]: value }) }));
    if (table.others[0]) lines.push({ label: `${whole(table.others[0])} others`, count: table.others[1], tone: "var(--soft)" });
    put(body,
      el("div", { class: "choices" }, choice("at", tables.map((one) => one.node), name, draw), el("span", { class: "soft" }, `${whole(total)} rows`)),
      bars(lines, { total }));
  };
  draw((tables.findLast((one) => one.values.length > 1) || tables[tables.length - 1]).node);
  return el("article", { class: "card" }, el("h3", {}, words(label)), body);
}

function reasonsCard() {
  const lines = DATA.nodes.flatMap((node) => Object.entries(node.rejected).map(([reason, count]) => ({
    label: words(reason), note: node.name, count, go: () => go("rows", { node: node.name, fate: "rejected", left: reason }),
  })));
  if (!lines.length) return null;
  lines.sort((one, other) => other.count - one.count);
  return el("article", { class: "card" }, el("h3", {}, "why rows left"), bars(lines.slice(0, 40), { tone: "var(--rejected)" }));
}
