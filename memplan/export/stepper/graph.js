// graph.js: the net, with what is alive, read, written and free at one frame.
//
// A blob that does not exist yet is an outline; one that lives is filled as in the memory; one that
// is dead is pale. What the frame is about has a thick rim; the op that runs has one too.

const GRAPH_MARGIN = 10;
const LEAST_SCALE = 0.85;
const LEAST_TEXT = 7; // pixels of letters below which none are drawn

class GraphDrawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.least = LEAST_SCALE;
  }

  useRun(run) {
    this.run = run;
    this.last = null; // where the view was last
  }

  draw(frame, theme, surface = fitted(this.canvas)) {
    const { ctx, width, height } = surface;
    const { graph } = this.run;
    const [wide, high] = graph.size;
    const scale = Math.min(
      (width - 2 * GRAPH_MARGIN) / Math.max(wide, 1),
      (height - 2 * GRAPH_MARGIN) / Math.max(high, 1),
      1.5 * (theme.size / 15),
    );
    const view = this.view(frame, width, height, scale, theme);
    ctx.translate(view.x, view.y);
    ctx.scale(view.scale, view.scale);
    this.edges(ctx, frame, theme);
    graph.nodes.forEach((node, index) => this.node(ctx, frame, theme, node, index, view.scale));
  }

  // A small net is seen whole. A large one is never drawn smaller than can be read: what the frame
  // is about stands in the middle.
  view(frame, width, height, fit, theme) {
    const [wide, high] = this.run.graph.size;
    const least = this.least * (theme.size / 15);
    const scale = Math.max(fit, least);
    const [x, y] = [(width - wide * scale) / 2, (height - high * scale) / 2];
    if (scale === fit) return { scale, x, y };
    const centre = this.centreOf(frame);
    const clamp = (value, room, length) =>
      length <= room ? (room - length) / 2 : Math.min(GRAPH_MARGIN, Math.max(room - length - GRAPH_MARGIN, value));
    return {
      scale,
      x: clamp(width / 2 - centre[0] * scale, width, wide * scale),
      y: clamp(height / 2 - centre[1] * scale, height, high * scale),
    };
  }

  centreOf(frame) {
    const { nodes, boxes } = this.run.graph;
    const near = boxes.filter((_, k) => {
      const [kind, , , buffer, step] = nodes[k];
      return frame.step >= 0 ? kind === 0 && step === frame.step : frame.about.includes(buffer);
    });
    if (!near.length) return this.last ?? boxes[0] ?? [0, 0];
    this.last = [0, 1].map((axis) => near.reduce((sum, box) => sum + box[axis], 0) / near.length);
    return this.last;
  }

  edges(ctx, frame, theme) {
    const { edges, paths, nodes } = this.run.graph;
    edges.forEach(([from, to, kind], index) => {
      const op = nodes[from][0] === 0 ? nodes[from] : nodes[to];
      const runs = frame.step >= 0 && op[0] === 0 && op[4] === frame.step;
      ctx.strokeStyle = ctx.fillStyle = runs ? theme.accent : theme.text;
      ctx.globalAlpha = runs ? 1 : 0.4;
      ctx.lineWidth = runs || kind === 1 ? 2.4 : 1.2;
      ctx.setLineDash(kind === 2 ? [5, 4] : []);
      ctx.beginPath();
      tracePath(ctx, paths[index]);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.beginPath();
      traceArrow(ctx, paths[index]);
      ctx.fill();
    });
    ctx.globalAlpha = 1;
  }

  node(ctx, frame, theme, node, index, scale) {
    const [kind, label, line, buffer] = node;
    const [x, y, w, h] = this.run.graph.boxes[index];
    const look = kind === 0 ? null : this.lookOf(frame, node);
    ctx.beginPath();
    ctx.roundRect(x - w / 2, y - h / 2, w, h, kind === 0 ? 10 : 3);
    ctx.fillStyle = theme.page;
    ctx.fill();
    ctx.globalAlpha = look?.alpha ?? 1;
    ctx.fillStyle = look ? look.fill ?? theme.page : theme.panel;
    ctx.fill();
    ctx.setLineDash(look && !look.fill ? [4, 3] : []);
    ctx.strokeStyle = look?.edge ?? "#7b848e";
    ctx.lineWidth = 1.2;
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    const runs = kind === 0 && node[4] === frame.step && frame.step >= 0;
    if (runs || (buffer >= 0 && frame.about.includes(buffer) && look?.now)) {
      ctx.strokeStyle = theme.accent;
      ctx.lineWidth = 3.4;
      ctx.stroke();
    }
    if (12 * scale < LEAST_TEXT) return;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = look?.fill && look.alpha > 0.6 ? look.ink : theme.text;
    ctx.font = `12px ${theme.font}`;
    ctx.fillText(cutText(ctx, label, w - 8), x, y - 7);
    ctx.font = `10px ${theme.font}`;
    ctx.fillText(cutText(ctx, line, w - 8), x, y + 8);
  }

  // How a blob is filled; `now`: this version of it is there, so that it can be marked.
  lookOf(frame, [kind, , , buffer, step]) {
    if (buffer < 0) return { fill: null, edge: "#8d97a3", alpha: 1, now: false };
    const look = this.run.looks[buffer];
    const laid = frame.laid.has(buffer);
    const written = !this.run.timed || (frame.step < 0 ? frame.at > 0 && step < 0 : step <= frame.step);
    const done = frame.kind === "done";
    if (!laid || (!written && !done)) return { fill: null, edge: look.edge, alpha: 1, now: written };
    const alive = frame.alive.has(buffer) || done;
    return { ...look, alpha: alive ? 1 : 0.28, now: true };
  }
}

// A start and cubic curves; a last pair beyond those is the arrow's tip.
function tracePath(ctx, points) {
  ctx.moveTo(points[0], points[1]);
  let k = 2;
  for (; k + 5 < points.length; k += 6) ctx.bezierCurveTo(...points.slice(k, k + 6));
  if (k + 1 < points.length) ctx.lineTo(points[k], points[k + 1]);
}

function traceArrow(ctx, points) {
  const [x, y] = points.slice(-2);
  const [fromX, fromY] = points.slice(-4);
  const length = Math.hypot(x - fromX, y - fromY);
  if (!(length > 0)) return;
  const [ux, uy] = [(x - fromX) / length, (y - fromY) / length];
  ctx.moveTo(x, y);
  ctx.lineTo(x - 8 * ux + 3.5 * uy, y - 8 * uy - 3.5 * ux);
  ctx.lineTo(x - 8 * ux - 3.5 * uy, y - 8 * uy + 3.5 * ux);
  ctx.closePath();
}
