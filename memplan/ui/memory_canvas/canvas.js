// canvas.js: the mount that is seen. It is sent again with each new selection, so it is small: its
// code comes with the parcel, before it or after.

const SHELF = (globalThis[Symbol.for("memplan.memory")] ??= {
  parcels: new Map(),
  waiting: new Set(),
  make: null,
});
const KEPT = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".map");
  const kept = KEPT.get(root) ?? {};
  KEPT.set(root, kept);
  SHELF.waiting.delete(kept.update);
  kept.update = () => {
    if (!SHELF.make) return;
    kept.map ??= SHELF.make(root);
    kept.map.update(component.data, (name, value) => component.setStateValue(name, value));
  };
  SHELF.waiting.add(kept.update);
  kept.update();
  return () => {
    SHELF.waiting.delete(kept.update);
    kept.map?.close();
    KEPT.delete(root);
  };
}
