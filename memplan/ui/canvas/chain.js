// chain.js: a thin path through the blobs on one memory, in the order in which they use it,
// and a number on each.

const MOST_NUMBERS = 500;
const MOST_LEGS = 120; // each way from the selected: a path of thousands shows nothing

function drawChain(ctx, theme, shot) {
  const { scene, users, camera, selected } = shot;
  const unit = 1 / camera.scale;
  const seen = camera.window();
  const here = users.indexOf(selected);
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = Math.max(1.4, 1.2 * unit);
  ctx.setLineDash([2 * ctx.lineWidth, 3 * ctx.lineWidth]);
  const last = Math.min(users.length - 1, here + MOST_LEGS);
  for (let place = Math.max(1, here - MOST_LEGS + 1); place <= last; place++) {
    const [start, end] = [corner(scene, users[place - 1]), corner(scene, users[place])];
    if (legInside(start, end, seen)) leg(ctx, start, end);
  }
  ctx.setLineDash([]);
  // From afar it is enough that they stand out from what is dimmed.
  if (camera.scale > AFAR) outline(ctx, scene, users, seen);
}

function leg(ctx, start, end) {
  ctx.beginPath();
  ctx.moveTo(...start);
  bow(ctx, ...start, ...end);
  ctx.stroke();
}

// A bow goes no further out than this.
function legInside([x0, y0], [x1, y1], seen) {
  return Math.max(x0, x1) >= seen[0] && Math.min(x0, x1) - 150 <= seen[2]
    && Math.max(y0, y1) >= seen[1] && Math.min(y0, y1) - 30 <= seen[3];
}

// Where a node has its number.
function corner(scene, index) {
  const [x, y, width, height] = scene.boxes.subarray(4 * index, 4 * index + 4);
  return [x - width / 2, y - height / 2];
}

// Out to the left, or above within one level: a straight line would run over the nodes between.
function bow(ctx, x0, y0, x1, y1) {
  if (Math.abs(y1 - y0) < 20) return ctx.bezierCurveTo(x0, y0 - 22, x1, y1 - 22, x1, y1);
  const x = Math.min(x0, x1) - 24 - Math.min(120, 0.25 * Math.abs(y1 - y0));
  ctx.bezierCurveTo(x, y0, x, y1, x1, y1);
}

function outline(ctx, scene, users, seen) {
  ctx.lineWidth = 1.8;
  ctx.beginPath();
  for (const index of users) {
    if (nodeInside(scene.boxes, index, seen)) traceNode(ctx, scene, index, 0.9);
  }
  ctx.stroke();
}

// About nine pixels on the screen, but never larger than the node bears.
function badgeRadius(scale) {
  return Math.min(13, Math.max(8, 8 / scale));
}

function drawNumbers(ctx, theme, shot) {
  const { scene, users, camera } = shot;
  const radius = badgeRadius(camera.scale);
  if (radius * camera.scale < 4) return;
  const seen = camera.window();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let place = 0; place < Math.min(users.length, MOST_NUMBERS); place++) {
    if (!nodeInside(scene.boxes, users[place], seen)) continue;
    const text = String(place + 1);
    const half = radius + (text.length - 1) * radius * 0.35;
    const [x, y] = corner(scene, users[place]);
    ctx.fillStyle = theme.accent;
    ctx.beginPath();
    ctx.roundRect(x - half, y - radius, 2 * half, 2 * radius, radius);
    ctx.fill();
    ctx.fillStyle = theme.page;
    ctx.font = `600 ${1.25 * radius}px ${theme.font}`;
    ctx.fillText(text, x, y + 0.06 * radius);
  }
}
