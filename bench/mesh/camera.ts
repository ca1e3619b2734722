import { type FileHandle, open } from 'node:fs/promises';

/** How many different frames there are. */
const FRAMES = 30;
/** So that each run has the same picture. */
const SEED = 20_261_130;

/** What a camera takes: pixels, and frames a second. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rate: number;
}

/** @throws {TypeError} when the text is not like `1280x720@30` */
export function pictureOf(text: string): Picture {
  const [width, height, rate] = (/^(\d+)x(\d+)@(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (width === undefined || height === undefined || rate === undefined)
    throw new TypeError(`A picture is like 1280x720@30, not ${text}.`);
  return { width, height, rate };
}

/**
 * Writes what a camera sees, for Chromium's `--use-file-for-fake-video-capture` (YUV4MPEG2, 4:2:0, repeated): a brightness that moves through the picture, with noise. The picture of Chromium's own fake camera has
 * large even areas, and takes a tenth of the bits.
 */
export async function writeCamera(path: string, picture: Picture): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(
      `YUV4MPEG2 W${picture.width} H${picture.height} F${picture.rate}:1 Ip A1:1 C420jpeg\n`,
    );
    const noise = noiseOf(picture.width * picture.height + 65_536);
    for (let frame = 0; frame < FRAMES; frame += 1) await writeFrame(file, frame, noise, picture);
  } finally {
    await file.close();
  }
}

async function writeFrame(
  file: FileHandle,
  frame: number,
  noise: Uint8Array,
  { width, height }: Picture,
): Promise<void> {
  const pixels = Buffer.alloc((width * height * 3) / 2, 128);
  const turn = (2 * Math.PI * frame) / FRAMES;
  const shift = (frame * 7919) % 65_536;
  for (let y = 0; y < height; y += 1) {
    const row = 40 * Math.sin(y / 60 + turn);
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      pixels[at] = 110 + row + 40 * Math.sin(x / 90 - turn) + (noise[at + shift] ?? 0);
    }
  }
  await file.write('FRAME\n');
  await file.write(pixels);
}

/** Numbers from 0 to 7 (a linear congruential generator). */
function noiseOf(count: number): Uint8Array {
  let state = SEED;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 29;
  });
}
