// The report without a script is whole: this adds sorting, searching, zooming, and one selection
// that the graph, the charts and the tables share. It holds no data, and fetches nothing.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function make(tag, text, parent) {
  const node = document.createElement(tag);
  node.textContent = text;
  parent.append(node);
  return node;
}

// Sorting: numbers by their value, texts as people sort them; a second click turns it round.

const byText = new Intl.Collator("en", { numeric: true });

function sortBy(table, column, heading) {
  const down = heading.getAttribute("aria-sort") === "ascending";
  for (const other of all("th", table)) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
  const numeric = heading.classList.contains("n");
  const keyed = [...table.tBodies[0].rows].map((row) => [key(row), row]);
  keyed.sort(([a], [b]) => {
    if (a === "" || b === "") return (a === "") - (b === ""); // what is unknown stays below
    const order = numeric ? Number(a) - Number(b) : byText.compare(a, b);
    return down ? -order : order;
  });
  table.tBodies[0].append(...keyed.map(([, row]) => row));
}

function makeSortable(table) {
  all("thead th", table).forEach((heading, column) => {
    const word = heading.textContent;
    heading.textContent = "";
    make("button", word, heading).addEventListener("click", () => sortBy(table, column, heading));
  });
}

function makeSearchable(table, tools) {
  const field = make("input", "", tools);
  field.type = "search";
  field.placeholder = "Search for a name, a type, a role, a shape …";
  field.setAttribute("aria-label", "Search the blobs");
  const count = make("span", "", tools);
  const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    let left = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      left += !row.hidden;
    }
    count.textContent = `${left.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  });
}

// One selection: whatever stands for a blob has its memory's number in data-b, an op in data-o.

const bar = make("div", "", document.body);
bar.className = "chosen-bar";
bar.hidden = true;
const told = make("span", "", bar);
bar.setAttribute("role", "status");
make("button", "Clear", bar).addEventListener("click", () => choose(null));

const memoryOf = new Map(all("tr[data-g]").map((row) => [row.dataset.b, row.dataset.g]));
let chosen = null;

function choose(element) {
  for (const node of all(".on, .mate")) node.classList.remove("on", "mate");
  const key = element && (element.dataset.b === undefined ? "o" : "b");
  const value = element && element.dataset[key];
  chosen = chosen === `${key}${value}` ? null : element && `${key}${value}`;
  document.body.classList.toggle("chosen", chosen !== null);
  bar.hidden = chosen === null;
  if (chosen === null) return;
  const memory = key === "b" ? memoryOf.get(value) : undefined;
  for (const node of all(`[data-${key}]`)) {
    if (node.dataset[key] === value) node.classList.add("on");
    else if (memory !== undefined && memoryOf.get(node.dataset[key]) === memory) {
      if (!node.classList.contains("edge")) node.classList.add("mate");
    }
  }
  told.textContent = titleOf(key, value);
}

function titleOf(key, value) {
  const found = all(`[data-${key}]`).filter((node) => node.dataset[key] === value);
  const titled = found.find((node) => node.matches(".buffer, .column"));
  const title = (titled ?? found.find((node) => node.querySelector("title")))?.querySelector("title");
  if (title) return title.textContent.split("\n").join(" · ");
  return found[0].textContent;
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-b], [data-o]");
  if (element && !dragged) choose(element);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && chosen !== null) choose(null);
});

// Zoom and pan: the part of the graph that is shown is the viewBox of its SVG.

let dragged = false; // a drag that ends on a node is no click
document.addEventListener("pointerdown", () => (dragged = false), { capture: true });

class Camera {
  constructor(pane) {
    this.pane = pane;
    this.svg = pane.querySelector("svg");
    const whole = this.svg.viewBox.baseVal;
    this.whole = { x: whole.x, y: whole.y, w: whole.width, h: whole.height };
    pane.classList.add("live");
    const { w, h } = this.room();
    const scale = Math.min(1, Math.max(0.4, w / this.whole.w));
    const x = this.whole.x + (this.whole.w - w / scale) / 2;
    const top = this.whole.h < h / scale ? (this.whole.h - h / scale) / 2 : 0;
    this.show({ x, y: this.whole.y + top, w: w / scale, h: h / scale });
    this.listen();
  }

  room() {
    return { w: Math.max(1, this.pane.clientWidth), h: Math.max(1, this.pane.clientHeight) };
  }

  show(view) {
    this.view = view;
    this.svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  }

  fit() {
    this.show(this.whole);
  }

  zoom(factor, px = 0.5, py = 0.5) {
    const { x, y, w, h } = this.view;
    const least = 60 / w;
    const most = (4 * Math.max(this.whole.w, this.whole.h)) / w;
    const by = Math.min(Math.max(factor, least), Math.max(most, 1));
    this.show({ x: x + w * px * (1 - by), y: y + h * py * (1 - by), w: w * by, h: h * by });
  }

  pan(dx, dy) {
    // A pixel of the pane in units of the picture: the picture keeps its proportions.
    const { w, h } = this.room();
    const unit = Math.max(this.view.w / w, this.view.h / h);
    this.show({ ...this.view, x: this.view.x - dx * unit, y: this.view.y - dy * unit });
  }

  listen() {
    const fingers = new Map();
    this.pane.addEventListener("pointerdown", (event) => fingers.set(event.pointerId, event));
    this.pane.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const dx = event.clientX - before.clientX;
      const dy = event.clientY - before.clientY;
      if (!dragged && Math.hypot(dx, dy) < 4) return;
      if (!dragged) this.pane.setPointerCapture(event.pointerId);
      dragged = true;
      this.pane.classList.add("dragged");
      const other = [...fingers.values()].find((f) => f.pointerId !== event.pointerId);
      if (other) this.pinch(before, event, other);
      else this.pan(dx, dy);
      fingers.set(event.pointerId, event);
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      this.pane.addEventListener(end, (event) => {
        fingers.delete(event.pointerId);
        this.pane.classList.remove("dragged");
      });
    }
    this.pane.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.pane.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeprint", () => this.fit());
  }

  pinch(before, now, other) {
    const apart = (f) => Math.hypot(f.clientX - other.clientX, f.clientY - other.clientY);
    if (apart(now) > 10) this.zoom(apart(before) / apart(now));
  }

  wheel(event) {
    // The wheel alone scrolls the page, unless the graph was asked for by a click.
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.pane) return;
    event.preventDefault();
    const box = this.pane.getBoundingClientRect();
    const px = (event.clientX - box.left) / box.width;
    const py = (event.clientY - box.top) / box.height;
    this.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), px, py);
  }

  key(event) {
    const act = {
      "+": () => this.zoom(0.8),
      "=": () => this.zoom(0.8),
      "-": () => this.zoom(1.25),
      f: () => this.fit(),
      ArrowLeft: () => this.pan(60, 0),
      ArrowRight: () => this.pan(-60, 0),
      ArrowUp: () => this.pan(0, 60),
      ArrowDown: () => this.pan(0, -60),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}

for (const pane of all(".graph-pane")) {
  const camera = new Camera(pane);
  const tools = document.querySelector(".graph-tools");
  for (const [word, act] of [
    ["Fit", () => camera.fit()],
    ["Zoom in", () => camera.zoom(0.7)],
    ["Zoom out", () => camera.zoom(1.4)],
  ]) {
    make("button", word, tools).addEventListener("click", act);
  }
  make("span", "Drag to move; Ctrl and the wheel, or + and −, to zoom.", tools).className = "soft";
}
for (const table of all("table.sortable")) makeSortable(table);
for (const table of all("table.blobs")) {
  makeSearchable(table, document.querySelector(".blob-tools"));
}
