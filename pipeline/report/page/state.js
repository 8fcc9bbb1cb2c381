// Where the reader is stands in the address, so that a link leads to the same rows: #rows?node=unique&fate=rejected&is.source=web

const TABS = ["overview", "distributions", "rows"];
const state = { tab: "overview", filters: {} };
let listen = () => {};

function read() {
  const [tab, query] = location.hash.slice(1).split("?");
  state.tab = TABS.includes(tab) ? tab : "overview";
  state.filters = Object.fromEntries(new URLSearchParams(query || ""));
}

function addressOf(tab, filters) {
  const given = Object.entries(filters).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const query = new URLSearchParams(given).toString();
  return `#${tab}${query ? `?${query}` : ""}`;
}

function go(tab, filters = {}, { replace = false } = {}) {
  const address = addressOf(tab, filters);
  if (address !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", address);
  read();
  listen();
}

function follow(listener) {
  listen = listener;
  for (const event of ["hashchange", "popstate"]) addEventListener(event, () => { read(); listen(); });
  read();
  listen();
}
