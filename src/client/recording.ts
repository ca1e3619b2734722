import type { CallCommands } from './call-commands.ts';
import type { LocalParticipant } from './call-events.ts';
import { PeerqlError } from './errors.ts';
import { booleanProblem, functionProblem, requireOptions } from './options.ts';
import type { RecordingNotice } from './recording-notice.ts';
import { RecordedPicture, type RecordedTile } from './recording-picture.ts';
import { RecordedSound } from './recording-sound.ts';
import { callEach } from './report.ts';
import { callIsOver } from './room-end.ts';

export { RecordingNotice } from './recording-notice.ts';

export interface RecordOptions {
  /** The width of the picture in pixels; the height is 9/16 of it. Default 1,280. */
  readonly width?: number;
  /** Pictures a second. Default 25. */
  readonly frameRate?: number;
  /** Whether the local participant is seen and heard in it. Default: true. */
  readonly withSelf?: boolean;
  /**
   * Takes each part of the file as it is recorded, one a second, for example to write it to a file that the user has
   * chosen. Then nothing is kept, and `stop` resolves to an empty blob. Default: all parts are kept.
   */
  readonly onData?: (part: Blob) => void;
}

/** What is used of a call. */
type RecordedCall = Pick<CallCommands, 'snapshot' | 'subscribe' | 'on'>;

/** What a recording asks of the call. */
interface Needs {
  /** Receives also the video that is not looked at, until the function that it returns is called. */
  readonly receiveAll: () => () => void;
  readonly notice: Pick<RecordingNotice, 'begin' | 'tellAll'>;
}

/** A recording that goes on. */
export interface Recording {
  /** The media type of the file, such as `video/webm;codecs=vp8,opus`. */
  readonly mimeType: string;
  /** Ends it; resolves to the file. Further calls resolve to the same. The end of the call ends it, too. */
  stop(): Promise<Blob>;
}

const WIDTH = 1_280;
const FRAME_RATE = 25;
const PART_MS = 1_000;
/** The first that the browser can make is taken. Safari makes MP4 only. */
const TYPES = ['video/webm;codecs=vp8,opus', 'video/mp4', 'video/webm'];

/**
 * Records what the user sees and hears, as `Call.record` says.
 * @throws {PeerqlError} `UNSUPPORTED`
 */
export function record(
  call: RecordedCall,
  { receiveAll, notice }: Needs,
  options: RecordOptions,
): Recording {
  const { width = WIDTH, frameRate = FRAME_RATE, withSelf = true, onData } = options;
  requireOptions({
    width: betweenProblem(width, 160, 3_840),
    frameRate: betweenProblem(frameRate, 1, 60),
    withSelf: booleanProblem(options.withSelf),
    onData: functionProblem(onData),
  });
  if (call.snapshot.end !== null) throw callIsOver();
  const mimeType = typeOfFile();
  const picture = new RecordedPicture(width, Math.round((width * 9) / 16), frameRate);
  const sound = new RecordedSound();
  const show = () => {
    const { participants, self } = call.snapshot;
    const everybody = withSelf ? [self, ...participants] : participants;
    picture.show(everybody.flatMap(tilesOf));
    sound.mix(everybody.flatMap(({ stream }) => stream.getAudioTracks()));
    // Whoever has come meanwhile is told, too.
    notice.tellAll();
  };
  show();
  const tracks = [...picture.stream.getTracks(), ...sound.stream.getTracks()];
  const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => {
    if (onData === undefined) parts.push(data);
    else if (data.size > 0) callEach([onData], data);
  };
  const stopped = new Promise<Blob>((resolve) => {
    recorder.onstop = () => {
      for (const stop of stops) stop();
      picture.stop();
      void sound.stop();
      resolve(new Blob(parts, { type: mimeType }));
    };
  });
  const stop = () => {
    if (recorder.state !== 'inactive') recorder.stop();
    return stopped;
  };
  const stops = [
    call.subscribe(show),
    call.on('end', () => void stop()),
    receiveAll(),
    notice.begin(),
  ];
  recorder.start(PART_MS);
  return { mimeType, stop };
}

type Somebody = Pick<LocalParticipant, 'id' | 'user' | 'stream' | 'screen'>;

function tilesOf({ id, user, stream, screen }: Somebody): RecordedTile[] {
  const person = { key: id, name: user.name, isScreen: false, stream };
  if (screen === null) return [person];
  return [person, { key: `${id} screen`, name: user.name, isScreen: true, stream: screen }];
}

function typeOfFile(): string {
  const known = typeof MediaRecorder === 'function' && typeof AudioContext === 'function';
  const type = known ? TYPES.find((one) => MediaRecorder.isTypeSupported(one)) : undefined;
  if (type !== undefined) return type;
  throw new PeerqlError('UNSUPPORTED', 'This browser cannot record.');
}

function betweenProblem(value: unknown, least: number, most: number): string | null {
  const fits = typeof value === 'number' && value >= least && value <= most;
  return fits ? null : `has to be a number from ${least} to ${most}`;
}
