// Bars and histograms as inline SVG, drawn anew for the width there is.

const COLOURS = 7;
const colour = (index) => `var(--c${index % COLOURS})`;

function chart(draw) {
  const place = el("div", { class: "chart" });
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.floor(place.clientWidth);
    if (now && now !== width) { width = now; put(place, draw(now)); }
  }).observe(place);
  return place;
}

function ticks(most, wanted) {
  const raw = most / wanted;
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw);
  const found = [];
  for (let value = 0; value <= most + step * 1e-9; value += step) found.push(+value.toPrecision(12));
  return found;
}

// `groups` are stacked: [{ value, counts }]
function histogram({ edges, isOpen, groups, unit, height = 210 }) {
  return chart((width) => {
    const margin = { top: 8, right: 10, bottom: 36, left: 46 };
    const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
    const totals = edges.slice(1).map((_, bin) => groups.reduce((sum, group) => sum + group.counts[bin], 0));
    const most = Math.max(1, ...totals);
    const x = (edge) => margin.left + (edge / (edges.length - 1)) * inner.width; // bins look alike, whatever they span
    const y = (count) => margin.top + inner.height * (1 - count / most);
    const parts = ticks(most, 4).map((tick) => [
      svg("line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }),
      svg("text", { class: "tick", x: margin.left - 6, y: y(tick) + 4, "text-anchor": "end" }, short(tick)),
    ]);
    const each = Math.max(1, Math.ceil((edges.length - 1) / Math.max(2, inner.width / 64)));
    edges.forEach((edge, index) => {
      if (index % each === 0) parts.push(svg("text", { class: "tick", x: x(index), y: height - margin.bottom + 15, "text-anchor": "middle" }, short(edge)));
    });
    parts.push(svg("text", { class: "unit", x: margin.left + inner.width / 2, y: height - 4, "text-anchor": "middle" }, unit));
    totals.forEach((total, bin) => {
      let under = 0;
      const column = svg("g", {});
      groups.forEach((group, index) => {
        const count = group.counts[bin];
        if (!count) return;
        const top = y(under + count);
        column.append(svg("rect", {
          x: x(bin) + 0.5, width: Math.max(1, x(bin + 1) - x(bin) - 1), y: top, height: Math.max(0.5, y(under) - top),
          style: { fill: colour(group.colour ?? index) },
        }));
        under += count;
      });
      column.append(svg("rect", { class: "catch", x: x(bin), width: x(bin + 1) - x(bin), y: margin.top, height: inner.height }));
      parts.push(hint(column, binHint(edges, bin, isOpen, groups, total)));
    });
    parts.push(svg("line", { class: "axis", x1: margin.left, x2: width - margin.right, y1: y(0), y2: y(0) }));
    return svg("svg", { width, height, role: "img", "aria-label": `histogram of ${unit}` }, parts);
  });
}

function binHint(edges, bin, isOpen, groups, total) {
  const open = isOpen && bin === edges.length - 2;
  const range = open ? `${short(edges[bin])} and more` : `${short(edges[bin])} to ${short(edges[bin + 1])}`;
  const told = groups.length > 1 ? groups.filter((group) => group.counts[bin]).map((group) => `\n${group.value}: ${whole(group.counts[bin])}`) : [];
  return `${range}: ${whole(total)} rows${told.join("")}`;
}

// Horizontal bars: [{ label, count, note, go }]
function bars(lines, { most = Math.max(1, ...lines.map((line) => line.count)), total = 0, tone = "var(--c0)" } = {}) {
  return el("div", { class: "bars" }, lines.map((line) => {
    const inside = [
      el("span", { class: "bars-label" }, line.label, line.note ? el("small", {}, line.note) : null),
      el("span", { class: "bars-track" }, el("span", { class: "bars-fill", style: { width: `${(100 * line.count) / most}%`, background: line.tone || tone } })),
      el("span", { class: "bars-count" }, whole(line.count)),
    ];
    const text = `${line.label}: ${whole(line.count)} rows${total ? `, ${share(line.count, total)}` : ""}`;
    if (!line.go) return hint(el("div", { class: "bars-line" }, inside), text);
    return hint(el("button", { class: "bars-line", type: "button", onclick: line.go }, inside), text);
  }));
}

const legend = (groups) => el("div", { class: "legend" }, groups.map((group, index) =>
  el("span", {}, el("i", { style: { background: colour(group.colour ?? index) } }), group.value)));
