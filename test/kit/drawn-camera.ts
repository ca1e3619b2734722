import type { BrowserContext } from 'playwright-core';

/** How somebody looks in a drawn camera picture. */
export interface DrawnPerson {
  /** Colour of the room, in degrees. */
  readonly hue: number;
  readonly skin: string;
  readonly hair: string;
  readonly shirt: string;
}

/** Gives every page of a context a drawn camera picture, for presentable screenshots. */
export async function useDrawnCamera(context: BrowserContext, person: DrawnPerson): Promise<void> {
  await context.addInitScript(install, person);
}

/** Runs in the page. */
function install({ hue, skin, hair, shirt }: DrawnPerson): void {
  const width = 960;
  const height = 540;

  const draw = (on: CanvasRenderingContext2D, time: number) => {
    const light = on.createLinearGradient(0, 0, width, height);
    light.addColorStop(0, `hsl(${hue} 38% 74%)`);
    light.addColorStop(1, `hsl(${hue + 25} 34% 42%)`);
    on.fillStyle = light;
    on.fillRect(0, 0, width, height);
    on.fillStyle = `hsl(${hue + 10} 30% 88% / 55%)`;
    on.fillRect(660, 70, 190, 210);
    on.fillStyle = `hsl(${hue + 10} 26% 52% / 55%)`;
    on.fillRect(90, 300, 230, 14);
    for (const [index, tall] of [70, 92, 58, 84, 76].entries()) {
      on.fillStyle = `hsl(${hue + 40 * index} 34% 52%)`;
      on.fillRect(104 + index * 32, 300 - tall, 24, tall);
    }
    const sway = Math.sin(time / 900) * 5;
    const shape = (fill: string, path: () => void) => {
      on.fillStyle = fill;
      on.beginPath();
      path();
      on.fill();
    };
    on.save();
    on.translate(width / 2 + sway, 0);
    shape(shirt, () => on.ellipse(0, 610, 235, 215, 0, 0, 7));
    shape(skin, () => on.roundRect(-42, 340, 84, 100, 40));
    shape(hair, () => on.ellipse(0, 232, 122, 138, 0, 0, 7));
    shape(skin, () => on.ellipse(0, 262, 98, 118, 0, 0, 7));
    shape(hair, () => on.ellipse(0, 168, 104, 52, 0, 0, 7));
    shape('#2b2320', () => {
      on.ellipse(-36, 256, 8, 10, 0, 0, 7);
      on.ellipse(36, 256, 8, 10, 0, 0, 7);
    });
    on.strokeStyle = '#8a4a3c';
    on.lineWidth = 6;
    on.lineCap = 'round';
    on.beginPath();
    on.arc(0, 296, 34, 0.35, Math.PI - 0.35);
    on.stroke();
    on.restore();
  };

  const devices = navigator.mediaDevices;
  if (devices === undefined) return;
  const filmed = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await filmed(constraints);
    const [camera] = stream.getVideoTracks();
    if (camera === undefined) return stream;
    camera.stop();
    stream.removeTrack(camera);
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const on = canvas.getContext('2d');
    const [drawn] = canvas.captureStream(15).getVideoTracks();
    if (on === null || drawn === undefined) return stream;
    const timer = setInterval(() => {
      if (drawn.readyState === 'ended') clearInterval(timer);
      draw(on, performance.now());
    }, 66);
    draw(on, 0);
    stream.addTrack(drawn);
    return stream;
  };
}
