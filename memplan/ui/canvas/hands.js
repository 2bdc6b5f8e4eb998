// hands.js: mouse and touch, as wishes of the canvas. One finger pans, two pinch.

const TREMBLE = 16; // square of the pixels that a click may move
const DOUBLE = 400; // milliseconds between the two of a double click

class Hands {
  constructor(canvas, wishes) {
    this.canvas = canvas;
    this.wishes = wishes;
    this.pointers = new Map();
    this.moved = false;
    this.lastTap = { when: -DOUBLE, index: -1 };
    const on = (name, heard, options) => canvas.addEventListener(name, heard, options);
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", (event) => this.lift(event));
    on("pointerleave", () => wishes.hover(-1, 0, 0));
    on("wheel", (event) => this.wheel(event), { passive: false });
  }

  press(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    if (!this.pointers.size) this.moved = false;
    this.pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  }

  move(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    const held = this.pointers.get(event.pointerId);
    if (!held) return this.wishes.hover(this.wishes.under(x, y), x, y);
    if (this.pointers.size === 1) {
      const [dx, dy] = [x - held.x, y - held.y];
      if (!this.moved && dx * dx + dy * dy < TREMBLE) return;
      this.wishes.pan(dx, dy);
    } else this.pinch(held, x, y);
    this.moved = true;
    this.lastTap.index = -1;
    this.canvas.classList.add("dragging");
    this.wishes.hover(-1, 0, 0);
    Object.assign(held, { x, y });
  }

  // The other finger stays where it is: the world grows and turns about it.
  pinch(held, x, y) {
    const other = [...this.pointers.values()].find((pointer) => pointer !== held);
    const before = Math.hypot(held.x - other.x, held.y - other.y);
    const after = Math.hypot(x - other.x, y - other.y);
    this.wishes.pan((x - held.x) / 2, (y - held.y) / 2);
    if (before > 8) this.wishes.zoom(after / before, (x + other.x) / 2, (y + other.y) / 2);
  }

  release(event) {
    const tap = this.pointers.has(event.pointerId) && this.pointers.size === 1 && !this.moved;
    this.lift(event);
    if (tap) this.tap(this.wishes.under(event.offsetX, event.offsetY), event.timeStamp);
  }

  tap(index, when) {
    const twice = when - this.lastTap.when < DOUBLE && index === this.lastTap.index;
    this.lastTap = { when: twice ? -DOUBLE : when, index };
    this.wishes.select(index);
    if (twice && index >= 0) this.wishes.open(index);
  }

  lift(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.canvas.classList.remove("dragging");
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    this.wishes.zoom(Math.exp(-pixels * 0.0015), event.offsetX, event.offsetY);
    this.wishes.hover(-1, 0, 0);
  }
}
