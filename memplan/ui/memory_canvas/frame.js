// frame.js: where on the page the map, the curve and the axes are.
//
//           key of the lines         (the buttons)
//   bytes │ map                    the map and the curve have one axis of time
//         ├──────────────
//   bytes │ curve
//         └──────────────
//           op

class Frame {
  constructor() {
    this.time = new Axis();
    this.place = new Axis(); // of the map or the rows
    this.bytes = new Axis(); // of the curve
    this.width = this.height = 1;
  }

  resize(width, height) {
    [this.width, this.height] = [width, height];
    this.left = width < 480 ? 64 : 84;
    this.right = width - 12;
    this.top = 48; // below the buttons and the key of the lines
    this.bottom = height - 34;
    const curve = Math.max(64, Math.round((this.bottom - this.top) * 0.27));
    this.curveTop = this.bottom - curve;
    this.mapBottom = this.curveTop - 12;
    [this.time.from, this.time.to] = [this.left, this.right];
    [this.bytes.from, this.bytes.to] = [this.bottom, this.curveTop];
    this.turn();
  }

  // Bytes grow upwards, rows follow one another downwards.
  turn() {
    [this.place.from, this.place.to] = this.upwards
      ? [this.mapBottom, this.top] : [this.top, this.mapBottom];
  }

  useScene(scene) {
    const { steps, levels, curve_bytes: curve } = scene.parcel;
    this.upwards = scene.isMap;
    this.turn();
    this.time.span(Math.max(1, steps), 4);
    this.place.span(scene.reach, scene.isMap ? 16 : 6);
    const highest = levels.reduce((high, [, bytes]) => Math.max(high, bytes), 1);
    const most = curve.reduce((high, bytes) => Math.max(high, bytes), highest);
    this.bytes.span(most * 1.1, most);
    this.bytes.fit();
  }

  fit() {
    this.time.fit();
    this.place.fit();
  }

  inMap(x, y) {
    return x >= this.left && x < this.right && y >= this.top && y < this.mapBottom;
  }

  // The curve and the axis of time below it.
  inCurve(x, y) {
    return x >= this.left && x < this.right && y >= this.curveTop;
  }

  // The step at a pixel; one that there is.
  step(x) {
    return Math.max(0, Math.min(this.time.reach - 1, Math.floor(this.time.value(x))));
  }
}
