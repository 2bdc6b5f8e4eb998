// raster.js: rectangles into a bitmap of our own, pixel by pixel.
//
// A canvas takes some hundred nanoseconds for a rectangle of any size; here a small one costs
// next to nothing, and buffers that do not overlap cannot fill more pixels than there are. So
// 200,000 of them are drawn anew for each frame, and nothing needs to be kept or thinned.

const PATTERNED = 6; // pixels across and up, below which a pattern would be noise
const OUTLINED = 4;
const BLEND = 0.4;
const SHADE = 0.3;

class Raster {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d");
    this.looks = [];
  }

  // Begin a frame of so many pixels; empty means transparent.
  begin(width, height) {
    if (this.canvas.width !== width || this.canvas.height !== height || !this.image) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = this.context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    } else {
      this.pixels.fill(0);
    }
    this.width = width;
    this.height = height;
  }

  end() {
    this.context.putImageData(this.image, 0, 0);
    return this.canvas;
  }

  // The looks of the swatches; `ratio` is how many pixels there are to a unit of the page.
  useSwatches(swatches, ratio) {
    this.ratio = ratio;
    this.tile = 8 * 2 ** Math.round(Math.log2(Math.max(1, ratio)));
    this.looks = swatches.map((swatch) => ({
      fill: swatch.hollow ? 0 : packed(swatch.fill),
      shade: packed(swatch.hollow ? swatch.edge : mixed(swatch.fill, swatch.edge, SHADE)),
      edge: packed(swatch.edge),
      tile: swatch.pattern ? this.patternTile(swatch) : null,
    }));
  }

  patternTile(swatch) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.tile;
    const ctx = canvas.getContext("2d");
    ctx.scale(this.tile / 8, this.tile / 8);
    if (!swatch.hollow) {
      ctx.fillStyle = swatch.fill;
      ctx.fillRect(0, 0, 8, 8);
    }
    ctx.strokeStyle = ctx.fillStyle = swatch.edge;
    ctx.globalAlpha = BLEND;
    ctx.lineWidth = 1.2;
    for (const [x0, y0, x1, y1] of PATTERN_LINES[swatch.pattern] ?? []) {
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
      ctx.stroke();
    }
    if (swatch.pattern === ".") ctx.fillRect(3, 3, 2.4, 2.4);
    return new Uint32Array(ctx.getImageData(0, 0, this.tile, this.tile).data.buffer);
  }

  // Fill [left, right) × [top, foot), in whole pixels, perhaps beyond the bitmap. Boxes too small
  // for an outline would run together: every other one is a shade darker.
  box(left, top, right, foot, swatch, odd) {
    const look = this.looks[swatch];
    const [x0, x1] = [left < 0 ? 0 : left, right > this.width ? this.width : right];
    const [y0, y1] = [top < 0 ? 0 : top, foot > this.height ? this.height : foot];
    if (x0 >= x1 || y0 >= y1) return;
    const [wide, high] = [(right - left) / this.ratio, (foot - top) / this.ratio];
    const outlined = wide >= OUTLINED && high >= OUTLINED;
    if (look.tile && wide >= PATTERNED && high >= PATTERNED) this.tiled(x0, y0, x1, y1, look.tile);
    else this.plain(x0, y0, x1, y1, odd && !outlined ? look.shade : look.fill || look.edge);
    if (outlined) this.outline(left, top, right, foot, look.edge);
  }

  plain(x0, y0, x1, y1, colour) {
    const { pixels, width } = this;
    for (let row = y0 * width; row < y1 * width; row += width) {
      // A call costs as much as some pixels.
      if (x1 - x0 > 24) pixels.fill(colour, row + x0, row + x1);
      else for (let k = row + x0; k < row + x1; k++) pixels[k] = colour;
    }
  }

  tiled(x0, y0, x1, y1, tile) {
    const { pixels, width, tile: size } = this;
    for (let y = y0; y < y1; y++) {
      const from = (y & (size - 1)) * size;
      for (let x = x0, k = y * width + x0; x < x1; x++, k++) pixels[k] = tile[from + (x & (size - 1))];
    }
  }

  outline(left, top, right, foot, colour) {
    const { width, height } = this;
    const [x0, x1] = [left < 0 ? 0 : left, right > width ? width : right];
    const [y0, y1] = [top < 0 ? 0 : top, foot > height ? height : foot];
    if (top >= 0) this.plain(x0, top, x1, top + 1, colour);
    if (foot <= height) this.plain(x0, foot - 1, x1, foot, colour);
    if (left >= 0) this.plain(left, y0, left + 1, y1, colour);
    if (right <= width) this.plain(right - 1, y0, right, y1, colour);
  }
}

// Two colours "#rrggbb" mixed, `share` of the second.
function mixed(one, other, share) {
  const parts = [1, 3, 5].map((k) => {
    const [a, b] = [one, other].map((colour) => parseInt(colour.slice(k, k + 2), 16));
    return Math.round(a + (b - a) * share).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

// "#rrggbb" as the four bytes of a pixel, opaque; red comes first in memory.
function packed(colour) {
  const [red, green, blue] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

// In a tile of 8 × 8.
const RISING = [[-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]];
const FALLING = [[-2, -2, 10, 10], [6, -2, 10, 2], [-2, 6, 2, 10]];
const LEVEL = [[0, 4, 8, 4]];
const UPRIGHT = [[4, 0, 4, 8]];
const PATTERN_LINES = {
  "/": RISING, "\\": FALLING, "x": [...RISING, ...FALLING],
  "-": LEVEL, "|": UPRIGHT, "+": [...LEVEL, ...UPRIGHT],
};
