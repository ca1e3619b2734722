import { type FileHandle, open } from 'node:fs/promises';

const WIDTH = 1280;
const HEIGHT = 720;
const FRAMES = 30;
/** So that each run has the same picture. */
const SEED = 20_261_130;

/**
 * Writes what a camera sees, for Chromium's `--use-file-for-fake-video-capture` (YUV4MPEG2, 4:2:0, 30 frames a second,
 * repeated): a brightness that moves through the picture, with noise. The picture of Chromium's own fake camera has
 * large even areas, and takes a tenth of the bits.
 */
export async function writeCamera(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\n`);
    const noise = noiseOf(WIDTH * HEIGHT + 65_536);
    for (let frame = 0; frame < FRAMES; frame += 1) await writeFrame(file, frame, noise);
  } finally {
    await file.close();
  }
}

async function writeFrame(file: FileHandle, frame: number, noise: Uint8Array): Promise<void> {
  const picture = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128);
  const turn = (2 * Math.PI * frame) / FRAMES;
  const shift = (frame * 7919) % 65_536;
  for (let y = 0; y < HEIGHT; y += 1) {
    const row = 40 * Math.sin(y / 60 + turn);
    for (let x = 0; x < WIDTH; x += 1) {
      const at = y * WIDTH + x;
      picture[at] = 110 + row + 40 * Math.sin(x / 90 - turn) + (noise[at + shift] ?? 0);
    }
  }
  await file.write('FRAME\n');
  await file.write(picture);
}

/** Numbers from 0 to 7 (a linear congruential generator). */
function noiseOf(count: number): Uint8Array {
  let state = SEED;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 29;
  });
}
