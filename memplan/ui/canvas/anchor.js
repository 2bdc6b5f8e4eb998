// anchor.js: where to look when a graph takes the place of another.
//
// A net that is planned anew, folded or opened has most of its nodes again, under the same ids:
// the one nearest to the middle of the window stays where it is. Another net has other labels
// under those ids, and is looked at from its beginning.

function anchorOf(old, next, camera) {
  const seen = camera.window();
  const middle = [(seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2];
  let [best, least] = [null, Infinity];
  for (let i = 0; i < old.count; i++) {
    const far = (old.x(i) - middle[0]) ** 2 + (old.y(i) - middle[1]) ** 2;
    if (far >= least || !nodeInside(old.boxes, i, seen)) continue;
    const index = next.indexOf.get(old.ids[i]);
    if (index === undefined || next.labels[index] !== old.labels[i]) continue;
    best = { index, screen: camera.onScreen(old.x(i), old.y(i)) };
    least = far;
  }
  return best;
}
