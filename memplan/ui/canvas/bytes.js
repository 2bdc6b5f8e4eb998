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

// At most seven classes between round powers of two, [[from, to], …] from the smallest. They
// are fine enough for all but a few small sizes, which the first class takes in.
function sizeClasses(sizes) {
  const known = sizes.filter((size) => size > 0).sort();
  if (!known.length) return [];
  const top = Math.floor(Math.log2(known[known.length - 1])) + 1;
  const foot = Math.floor(Math.log2(known[known.length >> 3]));
  const wide = Math.max(1, Math.ceil((top - foot) / HEAT.length));
  const classes = [];
  for (let power = top; classes.length < HEAT.length && 2 ** power > known[0]; power -= wide) {
    classes.unshift([2 ** (power - wide), 2 ** power]);
  }
  if (known[0] < classes[0][0]) classes[0][0] = 0;
  return classes;
}

function classText([from, to]) {
  return from ? `${sizeText(from)} to ${sizeText(to)}` : `under ${sizeText(to)}`;
}
