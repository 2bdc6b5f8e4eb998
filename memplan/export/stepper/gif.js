// gif.js: pictures of one size as an animated GIF (GIF89a, one table of 256 colours, LZW).
//
// The colours are those that most pixels have; others become the nearest of them. Drawings of few
// flat colours lose nothing that can be seen.

const GIF_COLOURS = 256;

class Gif {
  constructor(width, height, samples) {
    Object.assign(this, { width, height });
    this.palette = commonColours(samples);
    this.nearest = new Map();
    this.parts = [this.head()];
  }

  head() {
    const { width, height, palette } = this;
    const table = new Uint8Array(3 * GIF_COLOURS);
    palette.forEach(([r, g, b], k) => table.set([r, g, b], 3 * k));
    return [
      ...text("GIF89a"), ...word(width), ...word(height), 0xf7, 0, 0, ...table,
      // For ever again.
      0x21, 0xff, 11, ...text("NETSCAPE2.0"), 3, 1, 0, 0, 0,
    ];
  }

  // Add a picture, shown for so many milliseconds.
  add(pixels, milliseconds) {
    const { width, height } = this;
    const delay = Math.round(milliseconds / 10);
    this.parts.push([0x21, 0xf9, 4, 4, ...word(delay), 0, 0, 0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0, 8]);
    this.parts.push(inBlocks(compressed(this.indices(pixels))));
  }

  indices(pixels) {
    const found = new Uint8Array(pixels.length / 4);
    for (let k = 0; k < found.length; k++) {
      const key = colourKey(pixels, 4 * k);
      let index = this.nearest.get(key);
      if (index === undefined) this.nearest.set(key, (index = this.nearestTo(pixels, 4 * k)));
      found[k] = index;
    }
    return found;
  }

  nearestTo(pixels, at) {
    let [best, least] = [0, Infinity];
    this.palette.forEach(([r, g, b], index) => {
      const far = (r - pixels[at]) ** 2 + (g - pixels[at + 1]) ** 2 + (b - pixels[at + 2]) ** 2;
      if (far < least) [best, least] = [index, far];
    });
    return best;
  }

  blob() {
    const parts = [...this.parts, [0x3b]].map((part) => Uint8Array.from(part));
    return new Blob(parts, { type: "image/gif" });
  }
}

const text = (letters) => [...letters].map((letter) => letter.charCodeAt(0));
const word = (number) => [number & 255, number >> 8];

// Five bits of each channel: 32,768 colours are told apart.
function colourKey(pixels, at) {
  return ((pixels[at] >> 3) << 10) | ((pixels[at + 1] >> 3) << 5) | (pixels[at + 2] >> 3);
}

function commonColours(samples) {
  const counts = new Map(); // by key: count, and a colour that has it
  for (const pixels of samples) {
    for (let at = 0; at < pixels.length; at += 4) {
      const key = colourKey(pixels, at);
      const entry = counts.get(key);
      if (entry) entry[0] += 1;
      else counts.set(key, [1, [pixels[at], pixels[at + 1], pixels[at + 2]]]);
    }
  }
  const ranked = [...counts.values()].sort((a, b) => b[0] - a[0]);
  return ranked.slice(0, GIF_COLOURS).map(([, colour]) => colour);
}

// LZW with codes of 9 to 12 bits, lowest bit first.
function compressed(indices) {
  const [clear, end] = [256, 257];
  const bytes = [];
  let [bits, held, size] = [0, 0, 9];
  const put = (code) => {
    bits |= code << held;
    held += size;
    for (; held >= 8; held -= 8, bits >>>= 8) bytes.push(bits & 255);
  };
  let [table, next] = [new Map(), end + 1];
  put(clear);
  let code = indices[0];
  for (let k = 1; k < indices.length; k++) {
    const pair = (code << 8) | indices[k];
    const known = table.get(pair);
    if (known !== undefined) {
      code = known;
      continue;
    }
    put(code);
    code = indices[k];
    if (next === 4096) {
      put(clear);
      [table, next, size] = [new Map(), end + 1, 9];
      continue;
    }
    if (next === 1 << size) size += 1;
    table.set(pair, next++);
  }
  put(code);
  put(end);
  if (held) bytes.push(bits & 255);
  return bytes;
}

// Blocks of at most 255 bytes, each behind its length, and an empty one.
function inBlocks(bytes) {
  const blocks = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  blocks.push(0);
  return blocks;
}
