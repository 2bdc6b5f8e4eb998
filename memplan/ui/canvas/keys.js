// keys.js: what keys and buttons do, and where the arrow keys lead.

const PAN_STEP = 60;
const ZOOM_STEP = 1.3;
const KEY_ACTS = {
  "+": "in", "=": "in", "-": "out", f: "fit", c: "centre", "/": "search", "?": "help",
  n: "next", p: "previous", escape: "clear", enter: "open",
};
const KEY_MOVES = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
};

// The node that an arrow key leads to from a node, or -1: up to a producer, down to a
// consumer, aside to another of the same level.
function neighbour(scene, index, across, down) {
  const x = scene.x(index);
  if (down) {
    const along = down < 0 ? scene.sources(index) : scene.targets(index);
    return nearest(along, (other) => Math.abs(scene.x(other) - x));
  }
  const beside = siblings(scene, index).filter((other) => (scene.x(other) - x) * across > 0);
  return nearest(beside, (other) => Math.abs(scene.x(other) - x));
}

// Other targets of my sources and other sources of my targets; of my level, if any are.
function siblings(scene, index) {
  const found = new Set([
    ...scene.sources(index).flatMap((source) => scene.targets(source)),
    ...scene.targets(index).flatMap((target) => scene.sources(target)),
  ]);
  found.delete(index);
  const level = [...found].filter(
    (other) => Math.abs(scene.y(other) - scene.y(index)) < scene.boxes[4 * index + 3],
  );
  return level.length ? level : [...found];
}

function nearest(nodes, distance) {
  let best = -1;
  for (const node of nodes) if (best < 0 || distance(node) < distance(best)) best = node;
  return best;
}

class Keys {
  constructor(graph) {
    this.graph = graph;
    graph.canvas.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (event.key in KEY_MOVES) this.walk(...KEY_MOVES[event.key]);
    else if (Object.hasOwn(KEY_ACTS, key)) this.act(KEY_ACTS[key]);
    else return;
    event.preventDefault();
  }

  act(name) {
    const { graph } = this;
    const { camera, selected } = graph;
    const acts = {
      in: () => camera.zoom(ZOOM_STEP),
      out: () => camera.zoom(1 / ZOOM_STEP),
      fit: () => camera.fit(graph.scene.size),
      centre: () => graph.visit(selected),
      search: () => graph.search.open(),
      help: () => graph.bar.help(),
      next: () => this.step(1),
      previous: () => this.step(-1),
      clear: () => graph.select(-1, false),
      open: () => selected >= 0 && graph.open(selected),
      save: () => graph.save(),
      screen: () => graph.bar.fullScreen(),
    };
    graph.then(acts[name]);
  }

  // Along the edges from the selected node; where none is selected, across the picture.
  walk(across, down) {
    const { graph } = this;
    if (graph.selected < 0) {
      return graph.then(() => graph.camera.pan(-across * PAN_STEP, -down * PAN_STEP));
    }
    const index = neighbour(graph.scene, graph.selected, across, down);
    if (index >= 0) graph.select(index, false);
  }

  // The next node, or the one before, in the order of the net.
  step(by) {
    const { scene, selected } = this.graph;
    const from = selected < 0 && by < 0 ? 0 : selected;
    if (scene.count) this.graph.select((from + by + scene.count) % scene.count, false);
  }
}
