// scene.js: what there is to draw. Nothing here changes after it is built.
//
// Node i has its centre and size in boxes[4i..4i+3]; edge e its points in
// points[path_at[e]..path_at[e+1]] and the rectangle around them in bounds[4e..4e+3]. Forty
// thousand rectangles are compared with the window in less than a millisecond, so there is no
// index over them.

const OP = 0;
const FOLD = 3;

class Scene {
  constructor(data) {
    Object.assign(this, data);
    this.count = data.ids.length;
    this.edgeCount = data.edge_kinds.length;
    this.indexOf = new Map(data.ids.map((id, index) => [id, index]));
    this.bounds = boundsOf(data.points, data.path_at);
    [this.touchAt, this.touching] = edgesOfNodes(this.count, data.links);
    this.groupMembers = membersOf(data.groups);
    this.horizon = Math.max(highest(data.ends), highest(data.steps) + 1);
    this.cuts = new Array(2 * this.count);
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

  x(index) { return this.boxes[4 * index]; }
  y(index) { return this.boxes[4 * index + 1]; }

  name(index) { return this.names[index] || this.labels[index]; }

  // The label, which may say which version of a blob it is; where it is cut, the name.
  fullLabel(index) {
    return this.labels[index].includes("…") ? this.name(index) : this.labels[index];
  }

  isBlob(index) { return this.kinds[index] !== OP && this.kinds[index] !== FOLD; }

  edgesOf(index) {
    return this.touching.subarray(this.touchAt[index], this.touchAt[index + 1]);
  }

  // Nodes at the other ends: those that an edge leads here from, or leads from here to.
  sources(index) { return this.across(index, 1, 0); }
  targets(index) { return this.across(index, 0, 1); }

  across(index, here, there) {
    const found = [];
    for (const e of this.edgesOf(index)) {
      if (this.links[2 * e + here] === index) found.push(this.links[2 * e + there]);
    }
    return [...new Set(found)];
  }

  // A node's text, cut to its width; measured once.
  text(index, row, context) {
    const slot = 2 * index + row;
    if (this.cuts[slot] === undefined) {
      const whole = row === 0 ? this.labels[index] : this.lines[index];
      this.cuts[slot] = cutToWidth(whole, this.boxes[4 * index + 2] - 10, context);
    }
    return this.cuts[slot];
  }
}

function highest(numbers) {
  let top = 0;
  for (const number of numbers) if (number > top) top = number;
  return top;
}

function boundsOf(points, at) {
  const bounds = new Float32Array(4 * (at.length - 1));
  for (let e = 0; e + 1 < at.length; e++) {
    let [left, top, right, foot] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = at[e]; k < at[e + 1]; k += 2) {
      if (points[k] < left) left = points[k];
      if (points[k] > right) right = points[k];
      if (points[k + 1] < top) top = points[k + 1];
      if (points[k + 1] > foot) foot = points[k + 1];
    }
    bounds[4 * e] = left;
    bounds[4 * e + 1] = top;
    bounds[4 * e + 2] = right;
    bounds[4 * e + 3] = foot;
  }
  return bounds;
}

// The edges of all nodes in one array, those of node i from at[i] to at[i+1].
function edgesOfNodes(count, links) {
  const at = new Int32Array(count + 1);
  for (const node of links) at[node + 1] += 1;
  for (let i = 0; i < count; i++) at[i + 1] += at[i];
  const next = at.slice();
  const touching = new Int32Array(links.length);
  for (let k = 0; k < links.length; k++) touching[next[links[k]]++] = k >> 1;
  return [at, touching];
}

function membersOf(numbers) {
  const members = new Map();
  numbers.forEach((number, index) => {
    if (number < 0) return;
    if (!members.has(number)) members.set(number, []);
    members.get(number).push(index);
  });
  return members;
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
