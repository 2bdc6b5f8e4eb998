// chain.js: a thin path through the blobs on one memory, in the order in which they use it,
// and a number on each.

const MOST_NUMBERS = 500;

function drawChain(ctx, theme, shot) {
  const { scene, users, camera } = shot;
  const unit = 1 / camera.scale;
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = Math.max(1.4, 1.2 * unit);
  ctx.setLineDash([2 * ctx.lineWidth, 3 * ctx.lineWidth]);
  ctx.beginPath();
  ctx.moveTo(...corner(scene, users[0]));
  for (let place = 1; place < users.length; place++) {
    bow(ctx, ...corner(scene, users[place - 1]), ...corner(scene, users[place]));
  }
  ctx.stroke();
  ctx.setLineDash([]);
  outline(ctx, scene, users, Math.max(1.8, 1.2 * unit));
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

function outline(ctx, scene, users, width) {
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const index of users) traceNode(ctx, scene, index, width / 2);
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
