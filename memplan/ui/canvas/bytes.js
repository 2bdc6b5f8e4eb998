// bytes.js: sizes as people read them, as units.py writes them, and a scale of colours.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

function sizeText(bytes) {
  if (bytes < 0) return "unknown";
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit + 1 < UNITS.length) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(unit && value < 1000 ? 1 : 0)} ${UNITS[unit]}`;
}

function exactSizeText(bytes) {
  const short = sizeText(bytes);
  return bytes < 1024 ? short : `${countText(bytes)} B (${short})`;
}

function countText(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

// From pale to dark: told apart by lightness alone, so by every eye and in print.
const HEAT = [
  { fill: "#fff1bf", edge: "#b09a4d", ink: "#14181d" },
  { fill: "#fddb84", edge: "#b38a2c", ink: "#14181d" },
  { fill: "#fbb74f", edge: "#b07414", ink: "#14181d" },
  { fill: "#f3873a", edge: "#a94f0e", ink: "#14181d" },
  { fill: "#d9542d", edge: "#8f2c10", ink: "#ffffff" },
  { fill: "#ad2831", edge: "#e58a84", ink: "#ffffff" },
  { fill: "#701336", edge: "#d27a96", ink: "#ffffff" },
].map((look) => ({ ...look, pattern: "", hollow: false }));

// Seven classes between round powers of two that cover all sizes: [[from, to], …].
function sizeClasses(sizes) {
  let [low, high] = [Infinity, 0];
  for (const size of sizes) {
    if (size <= 0) continue;
    low = Math.min(low, size);
    high = Math.max(high, size);
  }
  if (!high) return [];
  const first = Math.floor(Math.log2(low));
  const wide = Math.max(1, Math.ceil((Math.floor(Math.log2(high)) + 1 - first) / HEAT.length));
  const classes = [];
  for (let power = first; 2 ** power <= high; power += wide) {
    classes.push([2 ** power, 2 ** (power + wide)]);
  }
  return classes;
}
