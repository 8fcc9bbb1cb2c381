// Puts the parts together: tabs, theme, keys.

const DRAW = { overview: showOverview, distributions: showDistributions, rows: showRows };
const drawnOnce = new Set();

function draw() {
  for (const tab of TABS) {
    const place = document.getElementById(`view-${tab}`);
    place.hidden = tab !== state.tab;
    if (tab !== state.tab || (tab !== "rows" && drawnOnce.has(tab))) continue;
    DRAW[tab](place);
    drawnOnce.add(tab);
  }
  put(document.getElementById("tabs"), TABS.map((tab) => el("a", {
    role: "tab", href: `#${tab}`, "aria-selected": String(tab === state.tab),
  }, words(tab))));
}

function remembered(value) {
  try {
    if (value) localStorage.setItem("tracemill-theme", value);
    return localStorage.getItem("tracemill-theme");
  } catch {
    return null; // a page from a file may have no storage
  }
}

function theme() {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const tell = () => { button.textContent = isDark() ? "☀" : "☾"; };
  const chosen = remembered();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  button.addEventListener("click", () => { root.dataset.theme = remembered(isDark() ? "light" : "dark") || (isDark() ? "light" : "dark"); tell(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  tell();
}

put(document.getElementById("title"), DATA.title);
theme();
addEventListener("keydown", onKey);
follow(draw);
