import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IMAGE_BYTES = 32 * 2 ** 20;

/** Whether this user may mount a file system; if not, it prints one line that says what is not tested. */
export function canMount(): boolean {
  try {
    SmallDisk.mount(1).unmount();
    return true;
  } catch {
    console.warn('SKIPPED: the tests of a full disk need the right to mount a tmpfs.');
    return false;
  }
}

/** A small separate disk that can be filled. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static mount(megabytes: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'peerql-disk-'));
    const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path];
    try {
      execFileSync('mount', options, { stdio: 'ignore' });
    } catch (error) {
      rmSync(path, { recursive: true });
      throw error;
    }
    return new SmallDisk(path);
  }

  grow(megabytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${megabytes}m`, this.path]);
  }

  /** Fills it completely, until {@link SmallDisk.free}. */
  fill(): void {
    const filler = openSync(this.#filler, 'a');
    const page = Buffer.alloc(4096);
    try {
      while (writeSync(filler, page) > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(filler);
    }
  }

  free(): void {
    rmSync(this.#filler);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.path]);
    rmSync(this.path, { recursive: true });
  }

  get #filler(): string {
    return join(this.path, 'filler');
  }
}

/** Whether this user may mount an image of a disk; if not, it prints one line that says what is not tested. */
export function canMountImages(): boolean {
  try {
    ImageDisk.mount().unmount();
    return true;
  } catch {
    console.warn('SKIPPED: the tests of a disk that fails need the right to mount an ext4 image.');
    return false;
  }
}

/** A separate disk, ext4 in a file, that can fail as real ones do. */
export class ImageDisk {
  readonly path: string;
  readonly #image: string;

  private constructor(path: string, image: string) {
    this.path = path;
    this.#image = image;
  }

  static mount(): ImageDisk {
    const path = mkdtempSync(join(tmpdir(), 'peerql-disk-'));
    const image = `${path}.ext4`;
    try {
      closeSync(openSync(image, 'w'));
      truncateSync(image, IMAGE_BYTES);
      execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
      // What Linux distributions set: after an error of the disk nothing more is written to it.
      execFileSync('mount', ['-o', 'loop,errors=remount-ro', image, path], { stdio: 'ignore' });
    } catch (error) {
      rmSync(path, { recursive: true });
      rmSync(image, { force: true });
      throw error;
    }
    return new ImageDisk(path, image);
  }

  /** Has an error, after which it is read-only until it is mounted anew. */
  fail(): void {
    const device = execFileSync('findmnt', ['-n', '-o', 'SOURCE', this.path]).toString().trim();
    writeFileSync(`/sys/fs/ext4/${device.replace('/dev/', '')}/trigger_fs_error`, '1');
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.path]);
    rmSync(this.path, { recursive: true });
    rmSync(this.#image);
  }
}
