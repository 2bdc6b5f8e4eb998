// curve.js: the bytes alive, and lines that stand for one figure. All are functions of a frame.

function clipped(ctx, left, top, right, foot, paint) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, foot - top);
  ctx.clip();
  paint();
  ctx.restore();
}

// The line is the highest step of each pixel, so that no peak is lost; the area is fainter above
// the lowest.
function paintCurve(ctx, scene, frame) {
  const { levels, curve_colour: colour } = scene.parcel;
  clipped(ctx, frame.left, frame.curveTop, frame.right, frame.bottom + 1, () => {
    const columns = curveColumns(scene, frame);
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.globalAlpha = 0.22;
    for (const [x, width, high, low] of columns) {
      ctx.fillRect(x, high, width, frame.bottom - high);
      if (low > high) ctx.fillRect(x, low, width, frame.bottom - low);
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    for (const [x, width, high] of columns) {
      ctx.lineTo(x, high);
      ctx.lineTo(x + width, high);
    }
    ctx.stroke();
    drawLevels(ctx, frame, frame.bytes, levels);
  });
}

// [x, width, y of the highest, y of the lowest] from left to right.
function curveColumns(scene, frame) {
  const { curve_step: steps, curve_bytes: bytes } = scene.parcel;
  const { time, bytes: up } = frame;
  const columns = [];
  let k = Math.max(0, scene.pointAt(Math.floor(time.low)));
  while (k < steps.length && steps[k] < time.high) {
    const begin = time.pixel(steps[k]);
    let [high, low] = [bytes[k], bytes[k]];
    let end = time.pixel(steps[++k] ?? time.reach);
    for (; k < steps.length && end < begin + 1; end = time.pixel(steps[++k] ?? time.reach)) {
      if (bytes[k] > high) high = bytes[k];
      else if (bytes[k] < low) low = bytes[k];
    }
    columns.push([begin, end - begin, up.pixel(high), up.pixel(low)]);
  }
  return columns;
}

const DASHES = { solid: [], dash: [6, 4], dot: [2, 3] };

// The solid line comes first, so that a dashed one is seen on it where both are equal.
function drawLevels(ctx, frame, axis, levels) {
  for (const [, bytes, colour, dash] of levels) {
    drawLevel(ctx, frame, axis, bytes, colour, DASHES[dash]);
  }
}

function drawLevel(ctx, frame, axis, value, colour, dash) {
  const y = Math.round(axis.pixel(value));
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(frame.left, y);
  ctx.lineTo(frame.right, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

// The key of the lines, as far as it fits beside the buttons.
function paintKey(ctx, scene, frame, theme) {
  const { levels, peak_step: peak, curve_colour: own } = scene.parcel;
  const parts = levels.map(([name, bytes, colour, dash]) => [`${name} ${formatBytes(bytes)}`, colour, dash]);
  if (peak !== null) parts.splice(2, 0, [`peak at op ${grouped(peak)}`, own, "dot"]);
  let x = 14;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const [text, colour, dash] of parts) {
    const width = 28 + ctx.measureText(text).width;
    if (x + width > frame.width - 130) return;
    ctx.fillStyle = theme.text;
    ctx.fillText(text, x + 28, 24);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2;
    ctx.setLineDash(DASHES[dash]);
    ctx.beginPath();
    ctx.moveTo(x, 24);
    ctx.lineTo(x + 22, 24);
    ctx.stroke();
    ctx.setLineDash([]);
    x += width + 20;
  }
}

// Text that can be read on whatever is below.
function outlined(ctx, text, x, y, theme) {
  ctx.strokeStyle = theme.page;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = theme.text;
  ctx.fillText(text, x, y);
}

function drawPeak(ctx, scene, frame, peak, colour) {
  const x = frame.time.pixel(peak + 0.5);
  const y = frame.bytes.pixel(scene.alive(peak));
  if (x < frame.left || x > frame.right) return;
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x, frame.top);
  ctx.lineTo(x, frame.bottom);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.beginPath();
  for (const [dx, dy] of [[0, -6], [6, 0], [0, 6], [-6, 0]]) ctx.lineTo(x + dx, y + dy);
  ctx.fill();
}

// A step as the band of time that it takes; as a line where that is too narrow to see.
function drawStep(ctx, frame, step, colour, strength) {
  clipped(ctx, frame.left, frame.top, frame.right, frame.bottom, () => {
    const [x0, x1] = [frame.time.pixel(step), frame.time.pixel(step + 1)];
    ctx.fillStyle = colour;
    ctx.globalAlpha = strength;
    if (x1 - x0 > 3) ctx.fillRect(x0, frame.top, x1 - x0, frame.bottom - frame.top);
    ctx.globalAlpha = Math.min(1, 4 * strength);
    ctx.fillRect((x0 + x1) / 2 - 0.75, frame.top, 1.5, frame.bottom - frame.top);
    ctx.globalAlpha = 1;
  });
}

function drawTag(ctx, frame, step, theme) {
  const x = frame.time.pixel(step + 0.5);
  if (x < frame.left || x > frame.right) return;
  const text = `op ${grouped(step)}`;
  const half = ctx.measureText(text).width / 2 + 6;
  const middle = Math.max(frame.left + half, Math.min(frame.right - half, x));
  // No half of a number of the axis shall look out beside it.
  ctx.clearRect(middle - half - 10, frame.bottom + 2, 2 * half + 20, 24);
  ctx.fillStyle = theme.accent;
  ctx.beginPath();
  ctx.roundRect(middle - half, frame.bottom + 4, 2 * half, 20, 4);
  ctx.fill();
  ctx.fillStyle = theme.page;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, middle, frame.bottom + 14.5);
}

function widened(one, other, least) {
  const [low, high] = one < other ? [one, other] : [other, one];
  const more = Math.max(0, least - (high - low)) / 2;
  return [low - more, high + more];
}

// A buffer's name cut to a width; measured again only when the width is another.
function cutText(ctx, scene, buffer, width, use) {
  const key = `${use}${buffer}`;
  const known = scene.cuts.get(key);
  if (known && Math.abs(known.width - width) < 0.5) return known.text;
  if (scene.cuts.size > 20_000) scene.cuts.clear();
  const text = cutToWidth(scene.name(buffer), width, ctx);
  scene.cuts.set(key, { width, text });
  return text;
}

// A name keeps its beginning and its end, which is where names differ; of less than four letters
// nothing is left.
function cutToWidth(whole, width, ctx) {
  if (whole.length <= 400 && ctx.measureText(whole).width <= width) return whole;
  // A name of a megabyte is measured no further than any screen is wide.
  const letters = Array.from(whole.length > 800 ? whole.slice(0, 400) + whole.slice(-400) : whole);
  const cut = (kept) => {
    const tail = Math.ceil(kept / 3);
    return `${letters.slice(0, kept - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
  };
  let [low, high] = [0, letters.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ctx.measureText(cut(middle)).width <= width) low = middle;
    else high = middle - 1;
  }
  return low < 4 ? "" : cut(low);
}
