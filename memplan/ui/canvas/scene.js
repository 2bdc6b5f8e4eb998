// scene.js: what there is to draw, as typed arrays. Nothing here changes after it is built.
//
// Node i has its centre and size in boxes[4i..4i+3]; edge e its points in paths[e] and the
// rectangle around them in bounds[4e..4e+3]. Ten thousand rectangles are compared with the
// window in well under a millisecond, so there is no index over them.

class Scene {
  constructor(data) {
    this.data = data;
    this.count = data.ids.length;
    this.boxes = Float32Array.from(data.boxes);
    this.nested = new Set(data.nested);
    this.indexOf = new Map(data.ids.map((id, index) => [id, index]));
    this.paths = data.paths;
    this.bounds = boundsOf(data.paths);
    this.groups = groupsOf(data.groups);
    this.touching = edgesOf(this.count, data.ends);
    this.cuts = new Array(2 * this.count);
    this.bySwatch = orderBySwatch(data.swatch_of, data.swatches.length);
  }

  // The node at a point of the world, or -1.
  at(x, y) {
    const b = this.boxes;
    for (let i = this.count - 1; i >= 0; i--) {
      const k = 4 * i;
      if (Math.abs(x - b[k]) <= b[k + 2] / 2 && Math.abs(y - b[k + 1]) <= b[k + 3] / 2) return i;
    }
    return -1;
  }

  // The other nodes that lie in the same memory.
  mates(index) {
    const group = index < 0 ? -1 : this.data.groups[index];
    return group < 0 ? [] : this.groups.get(group).filter((other) => other !== index);
  }

  // A node's text, cut to its width; measured once.
  text(index, row, context) {
    const slot = 2 * index + row;
    if (this.cuts[slot] === undefined) {
      const whole = row === 0 ? this.data.labels[index] : this.data.lines[index];
      this.cuts[slot] = cutToWidth(whole, this.boxes[4 * index + 2] - 10, context);
    }
    return this.cuts[slot];
  }
}

function boundsOf(paths) {
  const bounds = new Float32Array(4 * paths.length);
  paths.forEach((path, e) => {
    let [left, top, right, foot] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = 0; k < path.length; k += 2) {
      left = Math.min(left, path[k]);
      right = Math.max(right, path[k]);
      top = Math.min(top, path[k + 1]);
      foot = Math.max(foot, path[k + 1]);
    }
    bounds.set([left, top, right, foot], 4 * e);
  });
  return bounds;
}

function groupsOf(numbers) {
  const groups = new Map();
  numbers.forEach((group, index) => {
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(index);
  });
  return groups;
}

function edgesOf(count, ends) {
  const touching = Array.from({ length: count }, () => []);
  for (let e = 0; 2 * e < ends.length; e++) {
    touching[ends[2 * e]].push(e);
    touching[ends[2 * e + 1]].push(e);
  }
  return touching;
}

// Nodes of one look after one another, so that a frame changes colours seldom.
function orderBySwatch(swatchOf, swatches) {
  const rows = Array.from({ length: swatches + 1 }, () => []);
  swatchOf.forEach((swatch, index) => rows[swatch + 1].push(index));
  return rows;
}

function cutToWidth(text, width, context) {
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(text);
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const fits = context.measureText(letters.slice(0, middle).join("") + "…").width <= width;
    if (fits) low = middle;
    else high = middle - 1;
  }
  return letters.slice(0, low).join("") + "…";
}
