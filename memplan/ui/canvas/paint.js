// paint.js: one frame. Only what is in the window is drawn; a batch of shapes of one look is
// one path. From afar details are left out: patterns, arrowheads, labels, outlines, and then
// round corners and the bends of edges.

const AFAR = 0.12;
const FONT_SIZE = 12;
const SMALL_SIZE = 10;

class Painter {
  constructor(context) {
    this.context = context;
    this.theme = null;
    this.patterns = new Map();
  }

  useTheme(element) {
    const style = getComputedStyle(element);
    const read = (name, fallback) => {
      const value = style.getPropertyValue(name).trim();
      return value === "" || value === "unset" ? fallback : value;
    };
    this.theme = {
      text: read("--st-text-color", "#222"),
      page: read("--st-background-color", "#fff"),
      panel: read("--st-secondary-background-color", "#f3f4f6"),
      accent: read("--st-primary-color", "#06c"),
      font: read("--st-font", "sans-serif"),
    };
  }

  labelFont(size) { return `${size}px ${this.theme.font}`; }

  frame(scene, camera, ratio, selected, hovered) {
    const ctx = this.context;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, camera.width, camera.height);
    ctx.setTransform(ratio * camera.scale, 0, 0, ratio * camera.scale, ratio * camera.x, ratio * camera.y);
    const window_ = [
      camera.worldX(0), camera.worldY(0), camera.worldX(camera.width), camera.worldY(camera.height),
    ];
    const mates = scene.mates(selected);
    this.edges(scene, camera.scale, window_);
    this.marks(scene, camera.scale, mates, selected, hovered);
    this.nodes(scene, camera.scale, window_);
    this.labels(scene, camera.scale, window_);
  }

  edges(scene, scale, window_) {
    const ctx = this.context;
    const arrows = scale > 0.25;
    const trace = scale > AFAR ? tracePath : traceLine;
    ctx.strokeStyle = ctx.fillStyle = this.theme.text;
    ctx.globalAlpha = 0.5;
    for (const [kind, width, dash] of [[0, 1.2, []], [1, 2.6, []], [2, 1.2, [5, 4]]]) {
      ctx.lineWidth = Math.max(width, 0.6 / scale);
      ctx.setLineDash(scale > AFAR ? dash : []);
      ctx.beginPath();
      for (let e = 0; e < scene.paths.length; e++) {
        if (scene.data.edge_kinds[e] === kind && edgeInside(scene.bounds, e, window_)) {
          trace(ctx, scene.paths[e]);
        }
      }
      ctx.stroke();
    }
    ctx.setLineDash([]);
    if (arrows) {
      ctx.beginPath();
      for (let e = 0; e < scene.paths.length; e++) {
        if (edgeInside(scene.bounds, e, window_)) traceArrow(ctx, scene.paths[e]);
      }
      ctx.fill();
    }
    ctx.globalAlpha = 1;
  }

  // What is selected, what lies in the same memory, what is pointed at, and their edges.
  marks(scene, scale, mates, selected, hovered) {
    const ctx = this.context;
    ctx.strokeStyle = ctx.fillStyle = this.theme.accent;
    for (const index of selected === hovered ? [selected] : [selected, hovered]) {
      if (index < 0) continue;
      ctx.lineWidth = Math.max(2.2, 1.6 / scale);
      ctx.beginPath();
      for (const e of scene.touching[index]) tracePath(ctx, scene.paths[e]);
      ctx.stroke();
      ctx.beginPath();
      for (const e of scene.touching[index]) traceArrow(ctx, scene.paths[e]);
      ctx.fill();
    }
    const pad = Math.max(4, 2 / scale);
    ctx.beginPath();
    for (const index of mates) traceNode(ctx, scene, index, pad);
    ctx.globalAlpha = 0.55;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.beginPath();
    if (selected >= 0) traceNode(ctx, scene, selected, 1.5 * pad);
    ctx.fill();
    ctx.beginPath();
    if (hovered >= 0) traceNode(ctx, scene, hovered, pad / 2);
    ctx.fill();
  }

  nodes(scene, scale, window_) {
    const ctx = this.context;
    const fine = scale > 0.25;
    const trace = scale > AFAR ? traceNode : traceBox;
    scene.bySwatch.forEach((indices, row) => {
      const swatch = row ? scene.data.swatches[row - 1] : this.opLook();
      ctx.beginPath();
      let any = false;
      for (const index of indices) {
        if (!nodeInside(scene.boxes, index, window_)) continue;
        any = true;
        trace(ctx, scene, index, 0);
        if (fine && scene.nested.has(index)) traceNode(ctx, scene, index, -3);
      }
      if (!any) return;
      // Whatever lies below must not shine through: a hollow node is filled with the page.
      ctx.fillStyle = swatch.hollow ? this.theme.page : swatch.fill;
      ctx.fill();
      if (fine && swatch.pattern) {
        ctx.fillStyle = this.pattern(swatch);
        ctx.fill();
      }
      if (fine) {
        ctx.setLineDash(swatch.hollow ? [4, 3] : []);
        ctx.strokeStyle = swatch.edge;
        ctx.lineWidth = 1.2;
        ctx.stroke();
        ctx.setLineDash([]);
      }
    });
  }

  opLook() {
    return { fill: this.theme.panel, edge: "#7b848e", ink: this.theme.text, pattern: "" };
  }

  labels(scene, scale, window_) {
    const ctx = this.context;
    const alpha = Math.min(1, (FONT_SIZE * scale - 4) / 3);
    if (alpha <= 0) return;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const [row, size, shift, strength] of [[0, FONT_SIZE, -7, 1], [1, SMALL_SIZE, 8, 0.8]]) {
      ctx.font = this.labelFont(size);
      ctx.globalAlpha = alpha * strength;
      scene.bySwatch.forEach((indices, place) => {
        const swatch = place ? scene.data.swatches[place - 1] : null;
        ctx.fillStyle = swatch && !swatch.hollow ? swatch.ink : this.theme.text;
        for (const index of indices) {
          if (!nodeInside(scene.boxes, index, window_)) continue;
          const text = scene.text(index, row, ctx);
          ctx.fillText(text, scene.boxes[4 * index], scene.boxes[4 * index + 1] + shift);
        }
      });
    }
    ctx.globalAlpha = 1;
  }

  // A tile in the swatch's outline colour, faint enough for text to stand on.
  pattern(swatch) {
    const key = swatch.pattern + swatch.edge;
    if (!this.patterns.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const ctx = tile.getContext("2d");
      ctx.strokeStyle = ctx.fillStyle = swatch.edge;
      ctx.globalAlpha = 0.4;
      ctx.lineWidth = 1.2;
      for (const line of PATTERN_LINES[swatch.pattern] || []) {
        ctx.beginPath();
        ctx.moveTo(line[0], line[1]);
        ctx.lineTo(line[2], line[3]);
        ctx.stroke();
      }
      if (swatch.pattern === ".") ctx.fillRect(3, 3, 2.4, 2.4);
      this.patterns.set(key, this.context.createPattern(tile, "repeat"));
    }
    return this.patterns.get(key);
  }
}

const RISING = [[-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]];
const FALLING = [[-2, -2, 10, 10], [6, -2, 10, 2], [-2, 6, 2, 10]];
const LEVEL = [[0, 4, 8, 4]];
const UPRIGHT = [[4, 0, 4, 8]];
const PATTERN_LINES = {
  "/": RISING, "\\": FALLING, "x": [...RISING, ...FALLING],
  "-": LEVEL, "|": UPRIGHT, "+": [...LEVEL, ...UPRIGHT],
};

// The window is [left, top, right, foot]. Called for each node and edge of each frame, so
// nothing is allocated here.
function nodeInside(boxes, index, window_) {
  const k = 4 * index;
  const dx = boxes[k + 2] / 2;
  const dy = boxes[k + 3] / 2;
  return boxes[k] + dx >= window_[0] && boxes[k] - dx <= window_[2]
    && boxes[k + 1] + dy >= window_[1] && boxes[k + 1] - dy <= window_[3];
}

function edgeInside(bounds, e, window_) {
  const k = 4 * e;
  return bounds[k + 2] >= window_[0] && bounds[k] <= window_[2]
    && bounds[k + 3] >= window_[1] && bounds[k + 1] <= window_[3];
}

function traceNode(ctx, scene, index, grow) {
  const k = 4 * index;
  const w = scene.boxes[k + 2] + 2 * grow;
  const h = scene.boxes[k + 3] + 2 * grow;
  const radius = Math.max(0, (scene.data.kinds[index] === 0 ? 10 : 3) + grow);
  ctx.roundRect(scene.boxes[k] - w / 2, scene.boxes[k + 1] - h / 2, w, h, radius);
}

function traceBox(ctx, scene, index) {
  const b = scene.boxes;
  const k = 4 * index;
  ctx.rect(b[k] - b[k + 2] / 2, b[k + 1] - b[k + 3] / 2, b[k + 2], b[k + 3]);
}

function traceLine(ctx, path) {
  ctx.moveTo(path[0], path[1]);
  ctx.lineTo(path[path.length - 2], path[path.length - 1]);
}

// A start and cubic curves; a last pair beyond those is the arrow's tip.
function tracePath(ctx, path) {
  ctx.moveTo(path[0], path[1]);
  let k = 2;
  for (; k + 5 < path.length; k += 6) {
    ctx.bezierCurveTo(path[k], path[k + 1], path[k + 2], path[k + 3], path[k + 4], path[k + 5]);
  }
  if (k + 1 < path.length) ctx.lineTo(path[k], path[k + 1]);
}

function traceArrow(ctx, path) {
  const end = path.length;
  const x = path[end - 2];
  const y = path[end - 1];
  const length = Math.hypot(x - path[end - 4], y - path[end - 3]);
  if (!(length > 0)) return;
  const ux = (x - path[end - 4]) / length;
  const uy = (y - path[end - 3]) / length;
  ctx.moveTo(x, y);
  ctx.lineTo(x - 8 * ux + 3.5 * uy, y - 8 * uy - 3.5 * ux);
  ctx.lineTo(x - 8 * ux - 3.5 * uy, y - 8 * uy + 3.5 * ux);
  ctx.closePath();
}
