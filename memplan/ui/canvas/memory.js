// memory.js: the blobs that lie on one memory, in the order in which they use it.

// All nodes on the memory of a node, itself too, by the begin of their life; empty where the
// node shares with none.
function usersOfMemory(scene, index) {
  const members = index < 0 ? undefined : scene.groupMembers.get(scene.groups[index]);
  if (!members || members.length < 2) return [];
  return [...members].sort((a, b) => scene.begins[a] - scene.begins[b] || a - b);
}

// Which nodes and edges stay bright beside the users of a memory: those at the other ends of
// their edges too, so that each reads as the op that writes it and the ops that read it.
function litByMemory(scene, users) {
  const nodes = new Uint8Array(scene.count);
  const edges = new Uint8Array(scene.edgeCount);
  for (const index of users) {
    nodes[index] = 1;
    for (const e of scene.edgesOf(index)) {
      edges[e] = 1;
      nodes[scene.links[2 * e]] = nodes[scene.links[2 * e + 1]] = 1;
    }
  }
  return { nodes, edges };
}

// The same for the nodes of the chosen entries of a legend, with the edges that touch them.
function litByEntries(scene, entryOf, chosen) {
  const nodes = new Uint8Array(scene.count);
  const edges = new Uint8Array(scene.edgeCount);
  for (let i = 0; i < scene.count; i++) {
    if (chosen.has(entryOf[i])) nodes[i] = 1;
  }
  for (let e = 0; e < scene.edgeCount; e++) {
    edges[e] = nodes[scene.links[2 * e]] | nodes[scene.links[2 * e + 1]];
  }
  return { nodes, edges };
}

function countOnes(flags) {
  let count = 0;
  for (const flag of flags) count += flag;
  return count;
}
