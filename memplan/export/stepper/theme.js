// theme.js: colours from the page around, and what all drawings share.

const EVENT_COLOURS = { reuse: "#1fb08a", peak: "#e69f00", refuse: "#d2573a" };
const PATTERN_LINES = {
  "/": [[-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]],
  "\\": [[-2, -2, 10, 10], [6, -2, 10, 2], [-2, 6, 2, 10]],
  "-": [[0, 4, 8, 4]],
  "|": [[4, 0, 4, 8]],
};
PATTERN_LINES.x = [...PATTERN_LINES["/"], ...PATTERN_LINES["\\"]];
PATTERN_LINES["+"] = [...PATTERN_LINES["-"], ...PATTERN_LINES["|"]];

function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"),
    page: read("--page"),
    panel: read("--panel"),
    line: read("--line"),
    accent: read("--accent"),
    font: style.fontFamily,
    size: parseFloat(style.fontSize) || 15,
  };
}

// A canvas as large as its box, sharp on every screen; its context draws in pixels of the page.
function fitted(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return { ctx, width, height };
}

const TILES = new Map();

function patternOf(ctx, look) {
  if (!look.pattern) return null;
  const key = look.pattern + look.edge;
  if (!TILES.has(key)) TILES.set(key, ctx.createPattern(patternTile(look), "repeat"));
  return TILES.get(key);
}

function patternTile(look) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const ctx = tile.getContext("2d");
  ctx.strokeStyle = ctx.fillStyle = look.edge;
  ctx.globalAlpha = 0.4;
  for (const [x, y, u, v] of PATTERN_LINES[look.pattern] ?? []) {
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(u, v);
    ctx.stroke();
  }
  if (look.pattern === ".") ctx.fillRect(3, 3, 2.4, 2.4);
  return tile;
}

function cutText(ctx, text, width) {
  if (width < 8) return "";
  if (ctx.measureText(text).width <= width) return text;
  const letters = Array.from(text);
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ctx.measureText(`${letters.slice(0, middle).join("")}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low ? `${letters.slice(0, low).join("")}…` : "";
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

function bytesText(size) {
  let [value, unit] = [size, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return unit ? `${value.toFixed(1)} ${UNITS[unit]}` : `${size} B`;
}

// Round numbers from 0 to about `top`: some four of them; bytes in powers of two.
function roundTicks(top, binary) {
  if (binary) {
    let step = 2 ** Math.floor(Math.log2(top / 3));
    if (top / step > 5) step *= 2;
    step = Math.max(1, step);
    return Array.from({ length: Math.floor(top / step) + 1 }, (_, k) => k * step);
  }
  const rough = top / 8;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = Math.max(1, [1, 2, 5, 10].find((k) => k * power >= rough) * power);
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, k) => k * step);
}
