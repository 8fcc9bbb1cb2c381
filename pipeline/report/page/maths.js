// Finds the formulas of a text and lets KaTeX draw them. What KaTeX cannot read stays as it was written.

const LONGEST_FORMULA = 3000;
const PAIRS = [["$$", "$$", true], ["\\[", "\\]", true], ["\\(", "\\)", false]];
const OUTWARD = /\\(?:href|url|includegraphics|html[A-Z]\w*)\b/; // KaTeX would leave them out without a word
const ENVIRONMENT = /^\\begin\{((?:align|aligned|equation|gather|cases|array|[pbvB]?matrix)\*?)\}/;

// Pieces of a text: plain strings, and `{ tex, display, raw }`.
function piecesOf(text) {
  const pieces = [];
  let begin = 0;
  let place = 0;
  const take = (end, tex, display) => {
    if (place > begin) pieces.push(text.slice(begin, place));
    pieces.push({ tex, display, raw: text.slice(place, end) });
    begin = place = end;
  };
  while (place < text.length) {
    const sign = text[place];
    if (sign !== "$" && sign !== "\\") { place += 1; continue; }
    const found = delimited(text, place) || environment(text, place) || boxed(text, place) || dollars(text, place);
    if (found && found.tex.trim() && found.tex.length <= LONGEST_FORMULA) take(found.end, found.tex, found.display);
    else place += sign === "\\" ? 2 : 1;
  }
  if (begin < text.length) pieces.push(text.slice(begin));
  return pieces;
}

function delimited(text, place) {
  for (const [left, right, display] of PAIRS) {
    if (!text.startsWith(left, place)) continue;
    const end = text.indexOf(right, place + left.length);
    if (end >= 0) return { tex: text.slice(place + left.length, end), display, end: end + right.length };
  }
  return null;
}

function environment(text, place) {
  const match = ENVIRONMENT.exec(text.slice(place, place + 40));
  if (!match) return null;
  const last = `\\end{${match[1]}}`;
  const end = text.indexOf(last, place);
  return end < 0 ? null : { tex: text.slice(place, end + last.length), display: true, end: end + last.length };
}

function boxed(text, place) {
  const match = /^\\f?boxed\{/.exec(text.slice(place, place + 8));
  if (!match) return null;
  let depth = 0;
  for (let end = place + match[0].length - 1; end < text.length; end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === "{") depth += 1;
    else if (text[end] === "}" && --depth === 0) return { tex: text.slice(place, end + 1), display: false, end: end + 1 };
  }
  return null;
}

// A dollar opens a formula if no space follows, and closes one if no space precedes and no digit follows: "$5 and $6".
function dollars(text, place) {
  if (text[place] !== "$" || /\s/.test(text[place + 1] || " ")) return null;
  for (let end = place + 1; end < text.length; end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === "\n" && text[end + 1] === "\n") return null;
    else if (text[end] === "$") {
      if (/\s/.test(text[end - 1])) return null;
      if (/\d/.test(text[end + 1] || "")) return null;
      return { tex: text.slice(place + 1, end), display: false, end: end + 1 };
    }
  }
  return null;
}

// Short answers often come as LaTeX without any sign around it.
function isBare(text) {
  if (text.length > 300 || /\$|\\\(|\\\[/.test(text) || !/\\[a-zA-Z]+|[\^_]\{?\w/.test(text)) return false;
  return !/[A-Za-z]{3,}|_\w+_/.test(text.replace(/\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}|\\[a-zA-Z]+/g, ""));
}

function drawn(tex, display, raw) {
  const place = el("span", { class: display ? "formula display" : "formula" });
  if (OUTWARD.test(tex)) return put(place, raw);
  try {
    katex.render(tex, place, {
      displayMode: display, throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 30,
    });
  } catch (error) {
    put(place, raw).classList.add("unread");
    place.title = error instanceof Error ? error.message.slice(0, 200) : "";
  }
  return place;
}

function written(text, { maths = true, inline = false } = {}) {
  if (!maths) return [text];
  if (isBare(text)) return [drawn(text, false, text)];
  return piecesOf(text).map((piece) => (typeof piece === "string" ? piece : drawn(piece.tex, piece.display && !inline, piece.raw)));
}
