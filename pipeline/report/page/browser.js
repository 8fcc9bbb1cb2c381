// The rows this page holds: a list with pages, and beside it the row that is open.

const PAGE = 25;
const view = { maths: true, found: [], page: 0 };

function showRows(place) {
  const { id, ...filters } = state.filters;
  view.found = LIVES.filter((life) => isMatch(life, filters));
  view.page = Math.min(Math.max(0, Number(filters.page) || 0), Math.max(0, Math.ceil(view.found.length / PAGE) - 1));
  const open = id !== undefined ? LIFE.get(id) : null;
  const focused = document.activeElement?.name;
  put(place, filterBar(filters), el("div", { class: `panes ${open ? "reading" : ""}` }, list(open), reader(open)));
  if (focused) focusAgain(place.querySelector(`[name="${CSS.escape(focused)}"]`));
  place.querySelector(".item.open")?.scrollIntoView({ block: "nearest" });
}

// What was typed in goes on where it was.
function focusAgain(field) {
  field?.focus();
  if (field?.type === "search") field.setSelectionRange(field.value.length, field.value.length);
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
