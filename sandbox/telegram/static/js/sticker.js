// A sticker drawn on the spot, so that no picture needs to be shipped.

export function sampleSticker() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 512;
  const pen = canvas.getContext("2d");
  disc(pen, 256, 256, 236, "#ffffff");
  disc(pen, 256, 256, 216, "#ffcf4a");
  disc(pen, 182, 214, 26, "#4a3200");
  disc(pen, 330, 214, 26, "#4a3200");
  pen.lineWidth = 24;
  pen.lineCap = "round";
  pen.strokeStyle = "#4a3200";
  pen.beginPath();
  pen.arc(256, 270, 110, 0.25 * Math.PI, 0.75 * Math.PI);
  pen.stroke();
  return new Promise((resolve) => { canvas.toBlob((blob) => resolve(new File([blob], "sticker.webp", { type: "image/webp" })), "image/webp"); });
}

function disc(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
