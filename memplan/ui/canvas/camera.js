// camera.js: which part of the world the window shows. screen = world * scale + (x, y).

const NEAREST = 4;
const READABLE = 0.5;
const MARGIN = 16;

class Camera {
  constructor() {
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.width = 1;
    this.height = 1;
    this.farthest = 0.01;
  }

  worldX(x) { return (x - this.x) / this.scale; }
  worldY(y) { return (y - this.y) / this.scale; }

  onScreen(x, y) { return [x * this.scale + this.x, y * this.scale + this.y]; }

  // What can be seen, in the world: left, top, right, foot.
  window() {
    return [this.worldX(0), this.worldY(0), this.worldX(this.width), this.worldY(this.height)];
  }

  // Whether all of a graph can be seen.
  seesAll(size) {
    const [left, top, right, foot] = this.window();
    return left <= 0 && top <= 0 && right >= size[0] && foot >= size[1];
  }

  // The first sight of a graph: all of it, or the part around its first node where all would
  // be too small to read.
  open(size, firstX) {
    this.fit(size);
    if (this.scale < READABLE) {
      this.scale = 0.8;
      this.x = this.width / 2 - firstX * this.scale;
      this.y = MARGIN;
    }
    this.first = { place: this.place(), firstX };
  }

  place() { return [this.scale, this.x, this.y].join(); }

  // Whether nobody has looked around yet.
  untouched() { return this.first?.place === this.place(); }

  fit(size) {
    const across = (this.width - 2 * MARGIN) / Math.max(1, size[0]);
    const down = (this.height - 2 * MARGIN) / Math.max(1, size[1]);
    this.scale = Math.max(1e-4, Math.min(1.2, across, down));
    this.farthest = Math.min(0.05, this.scale);
    this.x = (this.width - size[0] * this.scale) / 2;
    this.y = (this.height - size[1] * this.scale) / 2;
  }

  // The window has another size: what was in its middle stays there; of a graph of which all
  // was shown, all is; and one at which nobody has looked around yet is opened anew.
  resize(width, height, size) {
    const whole = this.seesAll(size);
    const untouched = this.untouched();
    this.pan((width - this.width) / 2, (height - this.height) / 2);
    this.width = width;
    this.height = height;
    if (untouched) this.open(size, this.first.firstX);
    else if (whole) this.fit(size);
  }

  // A graph of another size, seen as near as before, a point of it at a place of the window.
  keep(size, [x, y], [sx, sy]) {
    const { scale } = this;
    this.fit(size);
    this.scale = scale;
    this.x = sx - x * scale;
    this.y = sy - y * scale;
  }

  // Zoom by a factor; the point of the world under (x, y) stays there.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.max(this.farthest, Math.min(NEAREST, this.scale * factor));
    this.x = x - (x - this.x) * (scale / this.scale);
    this.y = y - (y - this.y) * (scale / this.scale);
    this.scale = scale;
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
  }

  // Put a point of the world in the middle.
  centre(x, y) {
    this.x = this.width / 2 - x * this.scale;
    this.y = this.height / 2 - y * this.scale;
  }

  // The same, near enough to read what stands there.
  visit(x, y) {
    this.scale = Math.max(this.scale, 0.8);
    this.centre(x, y);
  }

  // Bring a point into the window, if it lies outside.
  reveal(x, y) {
    const [sx, sy] = this.onScreen(x, y);
    const inside = sx > 40 && sx < this.width - 40 && sy > 40 && sy < this.height - 40;
    if (!inside) this.centre(x, y);
  }
}
