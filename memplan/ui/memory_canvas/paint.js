// paint.js: one frame of the map: grid, rectangles, names, marks.

const GRID = "rgba(128,128,128,0.25)";
const FONT = 12;

const NARROW = 5; // pixels

class Painter {
  constructor(context) {
    this.context = context;
    this.raster = new Raster();
    this.looks = "";
  }

  useTheme(element) {
    const style = getComputedStyle(element);
    const read = (name, fallback) => {
      const value = style.getPropertyValue(name).trim();
      return value === "" || value === "unset" ? fallback : value;
    };
    this.theme = {
      text: read("--st-text-color", "#222"),
      page: read("--st-background-color", "#fff"),
      accent: read("--st-primary-color", "#06c"),
      font: read("--st-font", "sans-serif"),
    };
  }

  frame(scene, frame, ratio, state) {
    const ctx = this.context;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, frame.width, frame.height);
    ctx.font = `${FONT}px ${this.theme.font}`;
    if (!scene) return this.say(frame, "The map is on its way…");
    if (!scene.buffers) return this.say(frame, "No blob of this net is planned.");
    this.axes(scene, frame);
    const named = this.rectangles(scene, frame, ratio);
    this.names(scene, frame, named);
    clipped(ctx, frame.left, frame.top, frame.right, frame.mapBottom, () => {
      this.levels(scene, frame);
      this.marks(scene, frame, state);
    });
    paintKey(ctx, scene, frame, this.theme);
    paintCurve(ctx, scene, frame);
    this.steps(scene, frame, state);
    if (state.box) this.selection(state.box);
  }

  say(frame, text) {
    const ctx = this.context;
    ctx.fillStyle = this.theme.text;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, frame.width / 2, frame.height / 2);
  }

  axes(scene, frame) {
    const ctx = this.context;
    const times = countTicks(frame.time, Math.max(2, (frame.right - frame.left) / 64));
    const places = this.placeTicks(scene, frame);
    const sizes = byteTicks(frame.bytes, Math.max(2, (frame.bottom - frame.curveTop) / 26));
    ctx.fillStyle = GRID;
    for (const [value] of times) {
      const x = Math.round(frame.time.pixel(value));
      ctx.fillRect(x, frame.top, 1, frame.mapBottom - frame.top);
      ctx.fillRect(x, frame.curveTop, 1, frame.bottom - frame.curveTop);
    }
    const across = frame.right - frame.left;
    for (const [value] of places) ctx.fillRect(frame.left, Math.round(frame.place.pixel(value)), across, 1);
    for (const [value] of sizes) ctx.fillRect(frame.left, Math.round(frame.bytes.pixel(value)), across, 1);
    ctx.fillStyle = this.theme.text;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    this.placeTexts(scene, frame, places);
    for (const [value, text] of sizes) ctx.fillText(text, frame.left - 8, frame.bytes.pixel(value));
    ctx.fillText("op", frame.left - 20, frame.bottom + 14);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    for (const [value, text] of times) {
      const half = ctx.measureText(text).width / 2;
      const x = Math.min(frame.time.pixel(value), frame.width - half - 6);
      ctx.fillText(text, x, frame.bottom + 8);
    }
  }

  placeTicks(scene, frame) {
    const most = Math.max(2, (frame.mapBottom - frame.top) / 34);
    return scene.isMap ? byteTicks(frame.place, most) : countTicks(frame.place, most);
  }

  // Rows that are high enough have their blob's name, others their number.
  placeTexts(scene, frame, ticks) {
    const ctx = this.context;
    const tall = frame.mapBottom - FONT / 2;
    if (scene.isMap || frame.place.scale < FONT + 2) {
      for (const [value, text] of ticks) {
        const y = Math.max(frame.top + FONT / 2, frame.place.pixel(value));
        if (y < tall + FONT) ctx.fillText(text, frame.left - 8, Math.min(y, tall));
      }
      return;
    }
    const last = Math.min(scene.buffers, Math.ceil(frame.place.high));
    for (let row = Math.floor(frame.place.low); row < last; row++) {
      const y = frame.place.pixel(row + 0.5);
      const text = cutText(ctx, scene, scene.rows[row], frame.left - 14, "row");
      if (y > frame.top && y < tall) ctx.fillText(text, frame.left - 8, y);
    }
  }

  // All pieces in the window, and which of them have room for a name.
  rectangles(scene, frame, ratio) {
    const { begin, end, swatch, swatches, version } = scene.parcel;
    const looks = `${version} ${ratio}`;
    if (looks !== this.looks) {
      this.looks = looks;
      this.raster.useSwatches(swatches, ratio);
    }
    const { left, top, right, mapBottom, time, place } = frame;
    const { raster } = this;
    raster.begin(Math.max(1, Math.round((right - left) * ratio)), Math.max(1, Math.round((mapBottom - top) * ratio)));
    const [sx, sy] = [time.scale * ratio, place.scale * ratio];
    const [ox, oy] = [(time.from - left) * ratio - time.low * sx, (place.from - top) * ratio - place.low * sy];
    const gap = !scene.isMap && sy >= 5 * ratio ? Math.round(ratio) : 0;
    const [wide, tall] = [44 * ratio, 14 * ratio];
    const named = [];
    scene.within(time.low, time.high, place.low, place.high, (p, b) => {
      const x0 = Math.round(begin[p] * sx + ox);
      // What is smaller than a pixel is still seen.
      const x1 = Math.max(x0 + 1, Math.round(end[p] * sx + ox));
      const [one, other] = [Math.round(scene.low[b] * sy + oy), Math.round(scene.high[b] * sy + oy)];
      const y0 = (one < other ? one : other) + gap;
      const y1 = Math.max(y0 + 1, (one < other ? other : one) - gap);
      raster.box(x0, y0, x1, y1, swatch[b], b & 1);
      if (x1 - x0 >= wide && y1 - y0 >= tall) named.push(b, x0 / ratio + left, y0 / ratio + top, x1 / ratio + left, y1 / ratio + top);
    });
    const drawn = raster.end();
    this.context.drawImage(drawn, left, top, drawn.width / ratio, drawn.height / ratio);
    return named;
  }

  // Names in the part of their rectangle that is seen; under them the size, where there is room.
  names(scene, frame, named) {
    const ctx = this.context;
    const { swatch, swatches, size, group } = scene.parcel;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (let k = 0; k < named.length; k += 5) {
      const b = named[k];
      const [x0, x1] = [Math.max(named[k + 1], frame.left), Math.min(named[k + 3], frame.right)];
      const [y0, y1] = [Math.max(named[k + 2], frame.top), Math.min(named[k + 4], frame.mapBottom)];
      if (x1 - x0 < 30 || y1 - y0 < FONT) continue;
      const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
      const { hollow, ink } = swatches[swatch[b]];
      ctx.fillStyle = hollow ? this.theme.text : ink;
      const both = y1 - y0 >= 34 && x1 - x0 >= 90;
      ctx.fillText(cutText(ctx, scene, b, x1 - x0 - 8, "in"), x, both ? y - 8 : y);
      if (!both) continue;
      const number = group[b] < 0 ? "" : `#${group[b]} · `;
      ctx.globalAlpha = 0.8;
      ctx.fillText(number + formatBytes(size[b]), x, y + 8);
      ctx.globalAlpha = 1;
    }
  }

  // How high the arena is, what no plan can need less than, where each memory begins.
  levels(scene, frame) {
    if (!scene.isMap) return;
    const ctx = this.context;
    const { levels, spaces } = scene.parcel;
    drawLevels(ctx, frame, frame.place, levels);
    ctx.textAlign = "right"; // where most nets have the fewest blobs
    ctx.textBaseline = "bottom";
    for (const [name, ground] of spaces) {
      drawLevel(ctx, frame, frame.place, ground, this.theme.text, DASHES.dot);
      outlined(ctx, name, frame.right - 6, frame.place.pixel(ground) - 3, this.theme);
    }
  }

  // What is selected, what lies on the same memory, what is pointed at.
  marks(scene, frame, { selected, hovered }) {
    const ctx = this.context;
    ctx.strokeStyle = this.theme.accent;
    ctx.lineWidth = 1.5;
    if (selected >= 0) {
      let room = 2000; // a frame has no time for more
      for (const mate of scene.mates(selected)) {
        if (room > 0) room -= this.ring(scene, frame, mate, 2, NARROW);
      }
    }
    for (const [buffer, width] of [[hovered, 2], [selected, 3]]) {
      if (buffer < 0) continue;
      // On a page of its own colour, for the accent may be like the fill.
      [ctx.strokeStyle, ctx.lineWidth] = [this.theme.page, width + 3];
      this.ring(scene, frame, buffer, 6);
      [ctx.strokeStyle, ctx.lineWidth] = [this.theme.accent, width];
      this.ring(scene, frame, buffer, 6);
    }
  }

  // Around the pieces of a buffer that are in the window, never smaller than `least`; how many.
  // Pieces under `narrowest` pixels get none: rings side by side would be one blot.
  ring(scene, frame, buffer, least, narrowest = 0) {
    const { begin, end } = scene.parcel;
    const { time, place } = frame;
    const [low, high] = [scene.low[buffer], scene.high[buffer]];
    if (!(low < place.high && high > place.low)) return 0;
    const [y0, y1] = widened(place.pixel(low), place.pixel(high), least);
    let rings = 0;
    for (const p of scene.piecesOf(buffer)) {
      if (begin[p] >= time.high || end[p] <= time.low) continue;
      const [left, right] = [time.pixel(begin[p]), time.pixel(end[p])];
      if (right - left < narrowest) continue;
      const [x0, x1] = widened(left, right, least);
      this.context.strokeRect(x0, y0, x1 - x0, y1 - y0);
      rings += 1;
    }
    return rings;
  }

  // The peak, the step that is pointed at, the step that is chosen.
  steps(scene, frame, { at, pointed }) {
    const ctx = this.context;
    const { peak_step: peak, curve_colour: colour } = scene.parcel;
    if (peak !== null) drawPeak(ctx, scene, frame, peak, colour);
    if (pointed >= 0) drawStep(ctx, frame, pointed, this.theme.text, 0.12);
    if (at === null) return;
    drawStep(ctx, frame, at, this.theme.accent, 0.25);
    drawTag(ctx, frame, at, this.theme);
  }

  selection({ x0, y0, x1, y1 }) {
    const ctx = this.context;
    ctx.fillStyle = ctx.strokeStyle = this.theme.accent;
    ctx.lineWidth = 1.5;
    ctx.globalAlpha = 0.15;
    ctx.fillRect(x0, y0, x1 - x0, y1 - y0);
    ctx.globalAlpha = 1;
    ctx.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
}
