// paint.js: one frame. Only what is in the window is drawn; a batch of shapes of one look is
// one path. From afar details are left out: patterns, arrowheads, labels, outlines, and then
// round corners, the bends of edges, and edges shorter than a pixel.
//
// What is to stand out is drawn a second time, over a veil that dims the rest.

const AFAR = 0.12;
const FINE = 0.25;
const OP_AFAR = "#98a1aa";
const FONT_SIZE = 12;
const SMALL_SIZE = 10;
const VEIL = 0.62;
// Kind of edge, width, dashes: plain, in place, into a nested net, through what is not shown.
const LINES = [[0, 1.2, []], [1, 2.6, []], [2, 1.2, [5, 4]], [3, 1.2, [1.5, 4]]];

class Painter {
  constructor(context) {
    this.context = context;
    this.theme = null;
    this.patterns = new Map();
  }

  useTheme(theme) { this.theme = theme; }

  labelFont(size) { return `${size}px ${this.theme.font}`; }

  // A shot: scene, colouring, camera, ratio; lit (nodes and edges that stand out, or null),
  // users (of the selected memory, in order), selected, hovered.
  frame(shot) {
    const ctx = this.context;
    const { camera, ratio } = shot;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, camera.width, camera.height);
    ctx.setTransform(ratio * camera.scale, 0, 0, ratio * camera.scale, ratio * camera.x, ratio * camera.y);
    const seen = camera.window();
    this.all(shot, seen, null);
    if (shot.lit) {
      this.veil(seen);
      this.all(shot, seen, shot.lit);
    }
    this.marks(shot);
  }

  all(shot, seen, lit) {
    this.edges(shot.scene, shot.camera.scale, seen, lit?.edges);
    this.nodes(shot, seen, lit?.nodes);
    this.labels(shot, seen, lit?.nodes);
  }

  veil(seen) {
    const ctx = this.context;
    ctx.globalAlpha = VEIL;
    ctx.fillStyle = this.theme.page;
    ctx.fillRect(seen[0], seen[1], seen[2] - seen[0], seen[3] - seen[1]);
    ctx.globalAlpha = 1;
  }

  edges(scene, scale, seen, lit) {
    const ctx = this.context;
    ctx.strokeStyle = ctx.fillStyle = this.theme.text;
    ctx.globalAlpha = lit ? 0.75 : 0.5;
    const shortest = 1 / scale;
    const visible = [];
    for (let e = 0; e < scene.edgeCount; e++) {
      const k = 4 * e;
      if (lit && !lit[e]) continue;
      const { bounds } = scene;
      if (bounds[k + 2] - bounds[k] < shortest && bounds[k + 3] - bounds[k + 1] < shortest) continue;
      if (edgeInside(bounds, e, seen)) visible.push(e);
    }
    const trace = scale > AFAR ? tracePath : traceLine;
    for (const [kind, width, dash] of LINES) {
      ctx.lineWidth = Math.max(width, 0.6 / scale);
      ctx.setLineDash(scale > AFAR ? dash : []);
      this.stroke(scene, visible.filter((e) => scene.edge_kinds[e] === kind), trace);
    }
    ctx.setLineDash([]);
    if (scale > FINE) this.arrows(scene, visible);
    ctx.globalAlpha = 1;
  }

  stroke(scene, edges, trace) {
    const ctx = this.context;
    const { points, path_at } = scene;
    ctx.beginPath();
    edges.forEach((e, place) => {
      // A path of thousands of lines costs more than its parts do.
      if (place % 400 === 399) {
        ctx.stroke();
        ctx.beginPath();
      }
      trace(ctx, points, path_at[e], path_at[e + 1]);
    });
    ctx.stroke();
  }

  arrows(scene, edges) {
    const ctx = this.context;
    const { points, path_at } = scene;
    ctx.beginPath();
    for (const e of edges) traceArrow(ctx, points, path_at[e], path_at[e + 1]);
    ctx.fill();
  }

  nodes(shot, seen, lit) {
    const { scene, colouring, camera } = shot;
    const draw = camera.scale > AFAR ? this.shapes : this.boxes;
    colouring.rows.forEach((indices, row) => {
      const inside = indices.filter(
        (index) => (!lit || lit[index]) && nodeInside(scene.boxes, index, seen),
      );
      const look = row ? colouring.looks[row - 1] : this.opLook(camera.scale);
      if (inside.length) draw.call(this, scene, inside, look, camera.scale);
    });
  }

  // From afar a node is a plain box of a pixel or more.
  boxes(scene, indices, look, scale) {
    const ctx = this.context;
    const b = scene.boxes;
    const least = 1.2 / scale;
    ctx.fillStyle = look.hollow ? this.theme.panel : look.fill;
    for (const index of indices) {
      const k = 4 * index;
      const w = Math.max(least, b[k + 2]);
      const h = Math.max(least, b[k + 3]);
      ctx.fillRect(b[k] - w / 2, b[k + 1] - h / 2, w, h);
    }
  }

  shapes(scene, indices, look, scale) {
    const ctx = this.context;
    ctx.beginPath();
    for (const index of indices) traceNode(ctx, scene, index, 0);
    // Whatever lies below must not shine through: a hollow node is filled with the page.
    ctx.fillStyle = look.hollow ? this.theme.page : look.fill;
    ctx.fill();
    if (scale <= FINE) return;
    if (look.pattern) {
      ctx.fillStyle = this.pattern(look);
      ctx.fill();
    }
    for (const index of indices) {
      if (scene.nested[index]) traceNode(ctx, scene, index, -3);
      if (scene.kinds[index] === FOLD) traceFold(ctx, scene, index);
    }
    ctx.setLineDash(look.hollow ? [4, 3] : []);
    ctx.strokeStyle = look.edge;
    ctx.lineWidth = 1.2;
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // Light within an outline; from afar, without one, grey enough to be seen on every page.
  opLook(scale) {
    const fill = scale > FINE ? this.theme.panel : OP_AFAR;
    return { fill, edge: "#7b848e", ink: this.theme.text, pattern: "" };
  }

  labels(shot, seen, lit) {
    const { scene, colouring, camera } = shot;
    const ctx = this.context;
    const alpha = Math.min(1, (FONT_SIZE * camera.scale - 4) / 3);
    if (alpha <= 0) return;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const [row, size, shift, strength] of [[0, FONT_SIZE, -7, 1], [1, SMALL_SIZE, 8, 0.8]]) {
      ctx.font = this.labelFont(size);
      ctx.globalAlpha = alpha * strength;
      colouring.rows.forEach((indices, place) => {
        const look = place ? colouring.looks[place - 1] : null;
        ctx.fillStyle = look && !look.hollow ? look.ink : this.theme.text;
        for (const index of indices) {
          if ((lit && !lit[index]) || !nodeInside(scene.boxes, index, seen)) continue;
          ctx.fillText(scene.text(index, row, ctx), scene.x(index), scene.y(index) + shift);
        }
      });
    }
    ctx.globalAlpha = 1;
  }

  // What is selected and what is pointed at, with their edges.
  marks(shot) {
    const { scene, camera, selected, hovered } = shot;
    if (shot.users.length) drawChain(this.context, this.theme, shot);
    if (selected >= 0) this.mark(scene, selected, camera.scale, 3.2);
    if (hovered >= 0 && hovered !== selected) this.mark(scene, hovered, camera.scale, 1.8);
    drawNumbers(this.context, this.theme, shot);
  }

  mark(scene, index, scale, width) {
    const ctx = this.context;
    const { points, path_at } = scene;
    ctx.strokeStyle = ctx.fillStyle = this.theme.accent;
    ctx.lineWidth = Math.max(2.2, 1.6 / scale);
    ctx.beginPath();
    for (const e of scene.edgesOf(index)) tracePath(ctx, points, path_at[e], path_at[e + 1]);
    ctx.stroke();
    this.arrows(scene, [...scene.edgesOf(index)]);
    ctx.lineWidth = Math.max(width, width / scale);
    ctx.beginPath();
    traceNode(ctx, scene, index, ctx.lineWidth / 2 + 0.6);
    ctx.stroke();
  }

  pattern(look) {
    const key = look.pattern + look.edge;
    if (!this.patterns.has(key)) {
      this.patterns.set(key, this.context.createPattern(patternTile(look), "repeat"));
    }
    return this.patterns.get(key);
  }
}

function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => {
    const value = style.getPropertyValue(name).trim();
    return value === "" || value === "unset" ? fallback : value;
  };
  return {
    text: read("--st-text-color", "#222"),
    page: read("--st-background-color", "#fff"),
    panel: read("--st-secondary-background-color", "#f3f4f6"),
    accent: read("--st-primary-color", "#06c"),
    font: read("--st-font", "sans-serif"),
  };
}
