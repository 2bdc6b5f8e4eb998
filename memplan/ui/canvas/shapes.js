// shapes.js: outlines of nodes, edges and arrowheads on a path; tiles of pattern.

const RISING = [[-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]];
const FALLING = [[-2, -2, 10, 10], [6, -2, 10, 2], [-2, 6, 2, 10]];
const LEVEL = [[0, 4, 8, 4]];
const UPRIGHT = [[4, 0, 4, 8]];
const PATTERN_LINES = {
  "/": RISING, "\\": FALLING, "x": [...RISING, ...FALLING],
  "-": LEVEL, "|": UPRIGHT, "+": [...LEVEL, ...UPRIGHT],
};

// A tile in the outline's colour, faint enough for text to stand on.
function patternTile(look) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const ctx = tile.getContext("2d");
  ctx.strokeStyle = ctx.fillStyle = look.edge;
  ctx.globalAlpha = 0.4;
  ctx.lineWidth = 1.2;
  for (const line of PATTERN_LINES[look.pattern] || []) {
    ctx.beginPath();
    ctx.moveTo(line[0], line[1]);
    ctx.lineTo(line[2], line[3]);
    ctx.stroke();
  }
  if (look.pattern === ".") ctx.fillRect(3, 3, 2.4, 2.4);
  return tile;
}

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
  const radius = Math.max(0, (scene.isBlob(index) ? 3 : 10) + grow);
  ctx.roundRect(scene.boxes[k] - w / 2, scene.boxes[k + 1] - h / 2, w, h, radius);
}

// A fold: a second outline, and a plus in its corner that says it can be opened.
function traceFold(ctx, scene, index) {
  traceNode(ctx, scene, index, 3);
  const k = 4 * index;
  const x = scene.boxes[k] + scene.boxes[k + 2] / 2 - 9;
  const y = scene.boxes[k + 1] + scene.boxes[k + 3] / 2 - 9;
  ctx.moveTo(x - 4, y);
  ctx.lineTo(x + 4, y);
  ctx.moveTo(x, y - 4);
  ctx.lineTo(x, y + 4);
}

function traceLine(ctx, points, begin, end) {
  ctx.moveTo(points[begin], points[begin + 1]);
  ctx.lineTo(points[end - 2], points[end - 1]);
}

// A start and cubic curves; a last pair beyond those is the arrow's tip.
function tracePath(ctx, points, begin, end) {
  ctx.moveTo(points[begin], points[begin + 1]);
  let k = begin + 2;
  for (; k + 5 < end; k += 6) {
    ctx.bezierCurveTo(
      points[k], points[k + 1], points[k + 2], points[k + 3], points[k + 4], points[k + 5],
    );
  }
  if (k + 1 < end) ctx.lineTo(points[k], points[k + 1]);
}

function traceArrow(ctx, points, begin, end) {
  const x = points[end - 2];
  const y = points[end - 1];
  const length = Math.hypot(x - points[end - 4], y - points[end - 3]);
  if (!(length > 0)) return;
  const ux = (x - points[end - 4]) / length;
  const uy = (y - points[end - 3]) / length;
  ctx.moveTo(x, y);
  ctx.lineTo(x - 8 * ux + 3.5 * uy, y - 8 * uy - 3.5 * ux);
  ctx.lineTo(x - 8 * ux - 3.5 * uy, y - 8 * uy + 3.5 * ux);
  ctx.closePath();
}
