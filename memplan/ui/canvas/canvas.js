// canvas.js: the component: it owns the elements, hears the user, and tells Python what is
// selected. Text from files only ever goes to fillText and textContent.

const KEPT = new WeakMap();

class GraphCanvas {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.card = root.querySelector(".card");
    this.said = root.querySelector(".said");
    this.painter = new Painter(this.canvas.getContext("2d"));
    this.camera = new Camera();
    this.scene = null;
    this.selected = this.hovered = -1;
    this.asked = undefined;
    this.drag = null;
    this.pending = 0;
    this.ratio = 1;
    this.listen();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.root);
  }

  // Called for every run of the page: the same graph keeps its place on the screen.
  update(data, tell) {
    this.tell = tell;
    this.root.style.setProperty("--graph-height", `${data.height}px`);
    this.painter.useTheme(this.root);
    if (this.scene?.data.version !== data.graph.version) {
      this.scene = new Scene(data.graph);
      this.selected = this.hovered = -1;
      this.asked = undefined;
      this.opened = false;
      this.canvas.setAttribute("aria-label", data.label);
    }
    // Python's word counts when it is a new one; an old one may be behind a click.
    if (data.selected !== this.asked) {
      this.asked = data.selected;
      this.follow(this.scene.indexOf.get(data.selected) ?? -1);
    }
    this.resize();
  }

  // Python knows blobs, not their versions: of the blob it asks for, the chosen one stays.
  follow(index) {
    const { firsts } = this.scene.data;
    const same = index >= 0 && this.selected >= 0 && firsts[index] === firsts[this.selected];
    if (!same) this.select(index, true);
  }

  resize() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight || !this.scene) return;
    this.ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * this.ratio);
    this.canvas.height = Math.round(clientHeight * this.ratio);
    this.camera.width = clientWidth;
    this.camera.height = clientHeight;
    if (!this.opened) {
      this.opened = true;
      this.camera.open(this.scene.data.size, this.scene.boxes[0] ?? 0);
      if (this.selected >= 0) this.reveal(this.selected);
    }
    this.draw();
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      if (window.devicePixelRatio !== this.ratio) return this.resize();
      this.painter.frame(this.scene, this.camera, this.ratio, this.selected, this.hovered);
      // For tests and for the curious: where the camera is.
      this.canvas.dataset.scale = this.camera.scale.toFixed(4);
    });
  }

  reveal(index) {
    this.camera.reveal(this.scene.boxes[4 * index], this.scene.boxes[4 * index + 1]);
  }

  select(index, quiet) {
    this.selected = index;
    if (index >= 0 && this.opened) this.reveal(index);
    const { ids, labels, lines } = this.scene.data;
    const mates = this.scene.mates(index).length;
    const sharing = mates ? `; shares memory with ${mates} more` : "";
    this.said.textContent = index < 0 ? "" : `${labels[index]}, ${lines[index]}${sharing}`;
    this.canvas.dataset.selected = index < 0 ? "" : ids[index];
    if (!quiet) this.tell(index < 0 ? null : ids[index]);
    this.draw();
  }

  hover(index, x, y) {
    if (index !== this.hovered) {
      this.hovered = index;
      this.canvas.classList.toggle("pointing", index >= 0);
      this.fillCard(index);
      this.draw();
    }
    if (index >= 0) this.placeCard(x, y);
  }

  fillCard(index) {
    this.card.hidden = index < 0;
    const rows = index < 0 ? [] : this.scene.data.details[index];
    this.card.replaceChildren(...rows.flatMap(([word, text]) => {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = word;
      value.textContent = text.length > 300 ? `${text.slice(0, 299)}…` : text;
      return [term, value];
    }));
  }

  placeCard(x, y) {
    const { offsetWidth, offsetHeight } = this.card;
    const left = x + 16 + offsetWidth > this.camera.width ? x - 16 - offsetWidth : x + 16;
    const top = Math.min(y + 12, this.camera.height - offsetHeight - 6);
    this.card.style.left = `${Math.max(4, left)}px`;
    this.card.style.top = `${Math.max(4, top)}px`;
  }

  act(name) {
    if (name === "in") this.camera.zoom(1.3);
    if (name === "out") this.camera.zoom(1 / 1.3);
    if (name === "fit") this.camera.fit(this.scene.data.size);
    this.draw();
  }

  listen() {
    const on = (name, heard, options) => this.canvas.addEventListener(name, heard, options);
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", () => this.endDrag());
    on("pointerleave", () => this.hover(-1, 0, 0));
    on("keydown", (event) => this.key(event));
    on("wheel", (event) => this.wheel(event), { passive: false });
    for (const button of this.root.querySelectorAll("button")) {
      button.addEventListener("click", () => this.act(button.dataset.act));
    }
  }

  nodeUnder(event) {
    const { offsetX, offsetY } = event;
    return this.scene.at(this.camera.worldX(offsetX), this.camera.worldY(offsetY));
  }

  press(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.offsetX, y: event.offsetY, moved: false };
  }

  move(event) {
    const { offsetX: x, offsetY: y } = event;
    if (!this.drag) return this.hover(this.nodeUnder(event), x, y);
    const [dx, dy] = [x - this.drag.x, y - this.drag.y];
    // A hand trembles: a click may move a little.
    if (!this.drag.moved && Math.hypot(dx, dy) < 4) return;
    this.drag = { x, y, moved: true };
    this.canvas.classList.add("dragging");
    this.hover(-1, 0, 0);
    this.camera.pan(dx, dy);
    this.draw();
  }

  release(event) {
    if (this.drag && !this.drag.moved) this.select(this.nodeUnder(event), false);
    this.endDrag();
  }

  endDrag() {
    this.drag = null;
    this.canvas.classList.remove("dragging");
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    this.camera.zoom(Math.exp(-pixels * 0.0015), event.offsetX, event.offsetY);
    this.hover(-1, 0, 0);
    this.draw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 60;
    const moves = {
      ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
    };
    const acts = { "+": "in", "=": "in", "-": "out", f: "fit", F: "fit" };
    const turns = { n: 1, N: 1, p: -1, P: -1 };
    if (event.key in moves) this.camera.pan(...moves[event.key]);
    else if (event.key in acts) this.act(acts[event.key]);
    else if (event.key in turns) this.step(turns[event.key]);
    else if (event.key === "Escape") this.select(-1, false);
    else return;
    event.preventDefault();
    this.draw();
  }

  // The next node, or the one before, in the order of the net.
  step(by) {
    const from = this.selected < 0 && by < 0 ? 0 : this.selected;
    if (this.scene.count) this.select((from + by + this.scene.count) % this.scene.count, false);
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".graph");
  if (!KEPT.has(root)) KEPT.set(root, new GraphCanvas(root));
  const graph = KEPT.get(root);
  graph.update(component.data, (id) => component.setStateValue("selected", id));
  return () => {
    graph.close();
    KEPT.delete(root);
  };
}
