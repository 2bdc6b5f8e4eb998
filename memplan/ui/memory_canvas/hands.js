// hands.js: what the visitor does with pointer, wheel, fingers and keys.

const STEP = 60;
const TREMBLE = 4;

class Hands {
  constructor(map) {
    this.map = map;
    this.frame = map.frame;
    this.drag = null;
    this.fingers = new Map();
    this.listen(map.canvas);
    for (const button of map.root.querySelectorAll("button")) {
      button.addEventListener("click", () => this.act(button.dataset.act));
    }
  }

  listen(canvas) {
    const on = (name, heard, options) => canvas.addEventListener(name, heard, options);
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", (event) => this.cancel(event));
    // A finger that is lifted leaves too, but its card stays to be read.
    on("pointerleave", (event) => event.pointerType === "touch" || this.map.point(-1, -1));
    on("keydown", (event) => this.key(event));
    on("wheel", (event) => this.wheel(event), { passive: false });
  }

  act(name) {
    if (name === "in") this.zoom(1.3);
    if (name === "out") this.zoom(1 / 1.3);
    if (name === "fit") this.frame.fit();
    this.map.draw();
  }

  zoom(factor) {
    this.frame.time.zoom(factor);
    this.frame.place.zoom(factor);
  }

  press(event) {
    if (event.button !== 0) return;
    this.map.canvas.setPointerCapture(event.pointerId);
    const { offsetX: x, offsetY: y } = event;
    this.fingers.set(event.pointerId, { x, y });
    // A second finger ends what one alone had begun.
    const box = event.shiftKey && this.frame.inMap(x, y);
    this.drag = this.fingers.size > 1 ? null : { x, y, first: { x, y }, moved: false, box };
  }

  move(event) {
    const { offsetX: x, offsetY: y, pointerId } = event;
    if (this.fingers.size > 1 && this.fingers.has(pointerId)) return this.pinch(pointerId, { x, y });
    if (this.fingers.has(pointerId)) this.fingers.set(pointerId, { x, y });
    if (!this.drag) return this.fingers.size ? undefined : this.map.point(x, y);
    const { drag } = this;
    // A hand trembles: a click may move a little.
    if (!drag.moved && Math.hypot(x - drag.x, y - drag.y) < TREMBLE) return;
    drag.moved = true;
    this.map.point(-1, -1);
    if (drag.box) this.map.state.box = this.boxTo(x, y);
    else this.pan(x - drag.x, y - drag.y);
    Object.assign(drag, { x, y });
    this.map.canvas.classList.toggle("dragging", !drag.box);
    this.map.draw();
  }

  pan(dx, dy) {
    this.frame.time.pan(dx);
    // The curve shows all its bytes at all times.
    if (!this.drag || this.drag.first.y < this.frame.mapBottom) this.frame.place.pan(dy);
  }

  boxTo(x, y) {
    const { left, right, top, mapBottom } = this.frame;
    const inside = (value, low, high) => Math.max(low, Math.min(high, value));
    const { first } = this.drag;
    const [xs, ys] = [[first.x, inside(x, left, right)], [first.y, inside(y, top, mapBottom)]];
    return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
  }

  // Two fingers: across and up have a scale each, and what is between the fingers stays there.
  pinch(pointerId, now) {
    const before = [...this.fingers.values()].slice(0, 2);
    this.fingers.set(pointerId, now);
    const after = [...this.fingers.values()].slice(0, 2);
    for (const [axis, side] of [[this.frame.time, "x"], [this.frame.place, "y"]]) {
      const middles = [before, after].map(([one, other]) => (one[side] + other[side]) / 2);
      const spans = [before, after].map(([one, other]) => Math.abs(one[side] - other[side]));
      axis.pan(middles[1] - middles[0]);
      // Fingers almost level say nothing about the other axis.
      if (Math.min(...spans) > 30) axis.zoom(spans[1] / spans[0], middles[1]);
    }
    this.map.draw();
  }

  release(event) {
    const { offsetX: x, offsetY: y } = event;
    const { drag } = this;
    this.cancel(event);
    if (!drag) return;
    if (!drag.moved) this.map.click(x, y);
    else if (drag.box) this.zoomTo(drag.area);
    // A finger does not hover: its tap shows the card.
    if (!drag.moved && event.pointerType === "touch") this.map.point(x, y);
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    if (this.drag) this.drag.area = this.map.state.box;
    this.map.state.box = this.drag = null;
    this.map.canvas.classList.remove("dragging");
    this.map.draw();
  }

  zoomTo({ x0, y0, x1, y1 }) {
    const { time, place } = this.frame;
    // A thin box is meant for one axis.
    if (x1 - x0 >= TREMBLE) time.show(time.value(x0), time.value(x1));
    const ends = [place.value(y0), place.value(y1)];
    if (y1 - y0 >= TREMBLE) place.show(Math.min(...ends), Math.max(...ends));
  }

  // Over an axis, or the curve, the wheel is for that one; else ctrl says time, shift the other.
  wheel(event) {
    event.preventDefault();
    const { offsetX: x, offsetY: y } = event;
    // With shift some browsers turn the wheel sideways.
    const pixels = (event.deltaY || event.deltaX) * (event.deltaMode === 1 ? 16 : 1);
    const factor = Math.exp(-pixels * 0.0015);
    const { time, place, left, mapBottom } = this.frame;
    const timeAlone = event.ctrlKey || y >= mapBottom;
    if (timeAlone || !(event.shiftKey || x < left)) time.zoom(factor, Math.max(left, x));
    if (!timeAlone) place.zoom(factor, y);
    this.map.point(-1, -1);
    this.map.draw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.map.scene) return;
    const moves = {
      ArrowLeft: ["time", STEP], ArrowRight: ["time", -STEP],
      ArrowUp: ["place", STEP], ArrowDown: ["place", -STEP],
    };
    const zooms = {
      ArrowLeft: ["time", 1 / 1.3], ArrowRight: ["time", 1.3],
      ArrowUp: ["place", 1.3], ArrowDown: ["place", 1 / 1.3],
    };
    const acts = { "+": "in", "=": "in", "-": "out", f: "fit", F: "fit" };
    const { key, shiftKey } = event;
    if (key in moves && shiftKey) this.frame[zooms[key][0]].zoom(zooms[key][1]);
    else if (key in moves) this.frame[moves[key][0]].pan(moves[key][1]);
    else if (key in acts) this.act(acts[key]);
    else if (key === "n" || key === "p") this.map.nextBuffer(key === "n" ? 1 : -1);
    else if (key === "," || key === ".") this.map.nextStep(key === "." ? 1 : -1);
    else if (key === "Escape") this.map.clear();
    else return;
    event.preventDefault();
    this.map.draw();
  }
}
