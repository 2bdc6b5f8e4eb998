// minimap.js: the whole graph in a corner, with a frame around what the window shows. A long
// graph is drawn wider than it is, or nothing could be seen of it.

const MAP_MOST = 150;
const MAP_LEAST = 44;
const MAP_GREY = "#a8b0b8"; // on a light page and on a dark one

class Minimap {
  constructor(root, moved) {
    this.box = root.querySelector(".minimap");
    this.sheet = this.box.querySelector("canvas");
    this.frame = this.box.querySelector(".frame");
    this.moved = moved;
    this.drawn = null;
    const go = (event) => this.go(event);
    this.box.addEventListener("pointerdown", (event) => {
      this.box.setPointerCapture(event.pointerId);
      go(event);
    });
    this.box.addEventListener("pointermove", (event) => event.buttons && go(event));
  }

  go(event) {
    const place = this.box.getBoundingClientRect();
    this.moved((event.clientX - place.left) / this.across, (event.clientY - place.top) / this.down);
  }

  // Called for every frame; the graph itself is drawn anew only where its look has changed.
  show(shot, theme) {
    const { scene, camera, colouring } = shot;
    const hidden = camera.seesAll(scene.size) || camera.width < 260;
    this.box.hidden = hidden;
    if (hidden) return;
    const key = [colouring, theme.page, theme.text].join();
    if (this.drawn?.colouring !== colouring || this.drawn.key !== key) {
      this.drawn = { colouring, key };
      this.draw(scene, colouring, theme);
    }
    const [left, top, right, foot] = camera.window();
    const [x0, x1] = [left, right].map((x) => clamp(x * this.across, 0, this.width));
    const [y0, y1] = [top, foot].map((y) => clamp(y * this.down, 0, this.height));
    Object.assign(this.frame.style, {
      left: `${Math.min(x0, this.width - 4)}px`,
      top: `${Math.min(y0, this.height - 4)}px`,
      width: `${Math.max(4, x1 - x0)}px`,
      height: `${Math.max(4, y1 - y0)}px`,
    });
  }

  draw(scene, colouring, theme) {
    const [wide, high] = scene.size.map((length) => Math.max(1, length));
    const scale = MAP_MOST / Math.max(wide, high);
    this.width = Math.max(MAP_LEAST, wide * scale);
    this.height = Math.max(MAP_LEAST, high * scale);
    this.across = this.width / wide;
    this.down = this.height / high;
    this.box.style.width = `${this.width}px`;
    this.box.style.height = `${this.height}px`;
    this.sheet.width = 2 * this.width;
    this.sheet.height = 2 * this.height;
    const ctx = this.sheet.getContext("2d");
    ctx.scale(2, 2);
    // Grey first: where many nodes fall on one pixel, those that have a colour are seen.
    for (const coloured of [false, true]) {
      colouring.rows.forEach((indices, row) => {
        const look = row ? colouring.looks[row - 1] : HOLLOW;
        if (look.hollow === coloured) return;
        ctx.fillStyle = coloured ? look.fill : MAP_GREY;
        for (const index of indices) this.dot(ctx, scene.boxes, 4 * index);
      });
    }
  }

  dot(ctx, b, k) {
    const w = Math.max(1, b[k + 2] * this.across);
    const h = Math.max(0.75, b[k + 3] * this.down);
    ctx.fillRect(b[k] * this.across - w / 2, b[k + 1] * this.down - h / 2, w, h);
  }
}

function clamp(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
