// picture.js: the whole graph as a PNG file, made in the browser.

const PICTURE_SCALE = 2;
const PICTURE_SIDE = 14000; // pixels: browsers give up somewhere above 16,000 …
const PICTURE_AREA = 64e6; // … or when the memory runs out

// The camera that has all of a graph in a picture of bounded size.
function pictureCamera(size) {
  const [wide, high] = size.map((length) => length + 2 * MARGIN);
  const camera = new Camera();
  camera.scale = Math.min(
    PICTURE_SCALE,
    PICTURE_SIDE / Math.max(wide, high),
    Math.sqrt(PICTURE_AREA / (wide * high)),
  );
  camera.width = Math.max(1, Math.floor(wide * camera.scale));
  camera.height = Math.max(1, Math.floor(high * camera.scale));
  camera.x = camera.y = MARGIN * camera.scale;
  return camera;
}

function savePicture(shot, theme, fileName, done) {
  const camera = pictureCamera(shot.scene.size);
  const sheet = document.createElement("canvas");
  sheet.width = camera.width;
  sheet.height = camera.height;
  const painter = new Painter(sheet.getContext("2d"));
  painter.useTheme(theme);
  painter.frame({ ...shot, camera, ratio: 1, hovered: -1 });
  // Under all that is drawn: a picture must be readable on any page.
  painter.context.globalCompositeOperation = "destination-over";
  painter.context.setTransform(1, 0, 0, 1, 0, 0);
  painter.context.fillStyle = theme.page;
  painter.context.fillRect(0, 0, camera.width, camera.height);
  sheet.toBlob((blob) => {
    if (!blob) return done("The picture is too large for this browser.");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    done(`Saved ${fileName}: ${camera.width} by ${camera.height} pixels.`);
  }, "image/png");
}
