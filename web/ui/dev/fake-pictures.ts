// Drawn people and screens, as live streams.

function stream(width: number, height: number, draw: (pen: CanvasRenderingContext2D) => void): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (pen) {
    draw(pen);
    setInterval(() => draw(pen), 200);
  }
  return canvas.captureStream(5);
}

export function fakeCamera(seed: number): MediaStream {
  const hue = (seed * 67 + 200) % 360;
  return stream(640, 360, (pen) => {
    const wall = pen.createLinearGradient(0, 0, 640, 360);
    wall.addColorStop(0, `hsl(${hue} 30% 72%)`);
    wall.addColorStop(1, `hsl(${hue} 34% 46%)`);
    pen.fillStyle = wall;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = `hsl(${(hue + 150) % 360} 40% 30%)`;
    pen.beginPath();
    pen.ellipse(320, 380, 170, 140, 0, 0, 7);
    pen.fill();
    pen.fillStyle = `hsl(${20 + (seed % 4) * 6} 45% ${45 + (seed % 5) * 8}%)`;
    pen.beginPath();
    pen.ellipse(320, 160, 66, 84, 0, 0, 7);
    pen.fill();
  });
}

export function fakeScreen(): MediaStream {
  return stream(1280, 720, (pen) => {
    pen.fillStyle = "#fbfbfd";
    pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "#1f5fe0";
    pen.fillRect(0, 0, 1280, 64);
    pen.fillStyle = "#303642";
    pen.font = "600 44px sans-serif";
    pen.fillText("Release plan", 80, 150);
    pen.font = "26px sans-serif";
    for (let line = 0; line < 9; line++)
      pen.fillText("· a line of text that must stay legible", 80, 220 + line * 50);
  });
}
