"use strict";
// Elements are made here and nowhere else, and text enters them as text: no string ever becomes markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [property, amount] of Object.entries(value)) node.style.setProperty(property, amount);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

function put(place, ...children) {
  place.replaceChildren();
  return fill(place, {}, children);
}

const whole = (number) => Math.round(number).toLocaleString("en-US");

function short(number) {
  const size = Math.abs(number);
  if (size >= 1e9) return `${+(number / 1e9).toPrecision(3)}B`;
  if (size >= 1e6) return `${+(number / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${+(number / 1e3).toPrecision(3)}k`;
  return size >= 100 || Number.isInteger(number) ? whole(number) : String(+number.toPrecision(3));
}

function share(part, total) {
  if (!total) return "";
  const percent = (100 * part) / total;
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function clock(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

const words = (name) => String(name).replaceAll("_", " ");

// Tooltips: one box for the whole page, told by whatever carries `hint`.

function hint(node, text) {
  const tip = document.getElementById("tip");
  const show = (event) => {
    put(tip, text);
    tip.hidden = false;
    const x = event.clientX ?? node.getBoundingClientRect().left;
    const y = event.clientY ?? node.getBoundingClientRect().top;
    tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 12 : y + 18}px`;
  };
  const hide = () => { tip.hidden = true; };
  node.addEventListener("pointermove", show);
  node.addEventListener("pointerleave", hide);
  node.addEventListener("click", hide);
  return node;
}
