// axes.js: two axes, each with its own scale, and figures as people read them.

// From world to pixels: `low` is at pixel `from`, `high` at pixel `to`, which may lie above.
class Axis {
  constructor() {
    this.from = 0;
    this.to = 1;
    this.low = 0;
    this.high = 1;
    this.reach = 1;
    this.least = 1;
  }

  get scale() { return (this.to - this.from) / (this.high - this.low); }

  pixel(value) { return this.from + (value - this.low) * this.scale; }
  value(pixel) { return this.low + (pixel - this.from) / this.scale; }

  // All there is goes from 0 to `reach`; no window is narrower than `least`.
  span(reach, least) {
    this.reach = reach;
    this.least = Math.min(least, reach);
    this.show(this.low, this.high);
  }

  fit() { this.show(0, this.reach); }

  show(low, high) {
    const width = Math.max(this.least, Math.min(this.reach, high - low));
    const middle = (low + high) / 2;
    this.low = Math.max(0, Math.min(this.reach - width, middle - width / 2));
    this.high = this.low + width;
  }

  // Zoom by a factor; what is at the pixel stays there.
  zoom(factor, pixel = (this.from + this.to) / 2) {
    const still = this.value(pixel);
    const width = Math.max(this.least, Math.min(this.reach, (this.high - this.low) / factor));
    const share = (still - this.low) / (this.high - this.low);
    this.show(still - share * width, still + (1 - share) * width);
  }

  pan(pixels) {
    const by = pixels / this.scale;
    this.show(this.low - by, this.high - by);
  }

  // Bring a stretch into the window, if it lies outside.
  reveal(low, high) {
    if (high > this.low && low < this.high) return;
    const half = (this.high - this.low) / 2;
    const middle = (low + high) / 2;
    this.show(middle - half, middle + half);
  }
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function grouped(number) {
  return number.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

// As memplan.units.format_bytes.
function formatBytes(bytes) {
  if (Number.isNaN(bytes)) return "unknown";
  if (bytes < 1024) return `${bytes} B`;
  let unit = 0;
  for (; bytes >= 1024 && unit < UNITS.length - 1; unit++) bytes /= 1024;
  return `${bytes.toFixed(bytes < 1000 ? 1 : 0)} ${UNITS[unit]}`;
}

// As memplan.views.names.shown_bytes.
function exactBytes(bytes) {
  return bytes >= 1024 ? `${grouped(bytes)} B (${formatBytes(bytes)})` : formatBytes(bytes);
}

// Multiples of a power of two inside the axis, at most `most` of them, each with an exact text.
function byteTicks(axis, most) {
  let step = 1;
  while ((axis.high - axis.low) / step > most) step *= 2;
  let [unit, size] = [0, 1];
  for (; step / size >= 256 && unit < UNITS.length - 1; unit++) size *= 1024;
  return ticksBy(step, axis).map((value) => [value, value ? `${grouped(value / size)} ${UNITS[unit]}` : "0"]);
}

// Whole numbers 1, 2 or 5 times a power of ten apart.
function countTicks(axis, most) {
  let step = 1;
  for (let k = 0; (axis.high - axis.low) / step > most; k++) step *= [2, 2.5, 2][k % 3];
  return ticksBy(step, axis).map((value) => [value, grouped(value)]);
}

function ticksBy(step, axis) {
  const ticks = [];
  for (let k = Math.ceil(axis.low / step); k * step <= axis.high; k++) ticks.push(k * step);
  return ticks;
}
