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

// The graph: the pane scrolls as any does, which costs a browser nothing; a drag scrolls it too.

let dragged = false; // a drag that ends on a node is no click
document.addEventListener("pointerdown", () => (dragged = false), { capture: true });

class Camera {
  constructor(pane) {
    this.pane = pane;
    this.svg = pane.querySelector("svg");
    this.whole = this.svg.viewBox.baseVal;
    pane.classList.add("live");
    this.show(Math.min(1, Math.max(0.4, pane.clientWidth / this.whole.width)));
    pane.scrollLeft = (pane.scrollWidth - pane.clientWidth) / 2;
    this.listen();
  }

  show(scale) {
    this.scale = scale;
    this.svg.setAttribute("width", this.whole.width * scale);
    this.svg.setAttribute("height", this.whole.height * scale);
  }

  fit() {
    const { clientWidth, clientHeight } = this.pane;
    this.show(Math.min(1, clientWidth / this.whole.width, clientHeight / this.whole.height));
  }

  // What lies at (x, y) of the pane stays there.
  zoom(factor, x = this.pane.clientWidth / 2, y = this.pane.clientHeight / 2) {
    const scale = Math.min(4, Math.max(0.02, this.scale * factor));
    const by = scale / this.scale;
    const { scrollLeft, scrollTop } = this.pane;
    this.show(scale);
    this.pane.scrollTo((scrollLeft + x) * by - x, (scrollTop + y) * by - y);
  }

  listen() {
    const pane = this.pane;
    let from = null;
    pane.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0) from = event; // fingers scroll
    });
    pane.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const [dx, dy] = [event.clientX - from.clientX, event.clientY - from.clientY];
      if (!dragged && Math.hypot(dx, dy) < 4) return;
      if (!dragged) pane.setPointerCapture(event.pointerId);
      dragged = true;
      pane.scrollBy(-dx, -dy);
      from = event;
    });
    for (const end of ["pointerup", "pointercancel"]) {
      pane.addEventListener(end, () => (from = null));
    }
    pane.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    pane.addEventListener("keydown", (event) => this.key(event));
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls
    event.preventDefault();
    const box = this.pane.getBoundingClientRect();
    const turn = Math.max(-60, Math.min(60, event.deltaY));
    this.zoom(Math.exp(-turn * 0.004), event.clientX - box.left, event.clientY - box.top);
  }

  key(event) {
    const act = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (act) this.zoom(act);
    if (event.key === "f") this.fit();
  }
}

for (const pane of all(".graph-pane")) {
  const camera = new Camera(pane);
  const tools = document.querySelector(".graph-tools");
  for (const [word, act] of [
    ["Fit", () => camera.fit()],
    ["Zoom in", () => camera.zoom(1.4)],
    ["Zoom out", () => camera.zoom(0.7)],
  ]) {
    make("button", word, tools).addEventListener("click", act);
  }
  make("span", "Drag or scroll to move; Ctrl and the wheel, or + and −, to zoom.", tools).className = "soft";
}
for (const table of all("table.sortable")) makeSortable(table);
for (const table of all("table.blobs")) {
  makeSearchable(table, document.querySelector(".blob-tools"));
}
