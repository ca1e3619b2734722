/** One picture of a camera, in pixels. It can be drawn until the next one is asked for. */
export interface CameraPicture {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/** Only Chromium has it (mediacapture-transform). It also delivers pictures while the page is hidden. */
type TrackProcessor = new (init: {
  readonly track: MediaStreamTrack;
}) => { readonly readable: ReadableStream<VideoFrame> };

/** While the page is hidden, a video element reports no new pictures: one is taken at this interval, in milliseconds. */
const HIDDEN_MS = 1_000;

/**
 * The pictures of a camera, one after the other: the next one comes when the one before was used. Ends with the camera or
 * the signal.
 */
export function picturesOf(
  camera: MediaStreamTrack,
  signal: AbortSignal,
): AsyncGenerator<CameraPicture> {
  const { MediaStreamTrackProcessor: Processor } = globalThis as {
    readonly MediaStreamTrackProcessor?: TrackProcessor;
  };
  return Processor === undefined
    ? picturesOfVideo(camera, signal)
    : framesOf(new Processor({ track: camera }).readable, signal);
}

async function* framesOf(
  frames: ReadableStream<VideoFrame>,
  signal: AbortSignal,
): AsyncGenerator<CameraPicture> {
  const reader = frames.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  try {
    for (;;) {
      const { value: frame } = await reader.read();
      if (frame === undefined) return;
      try {
        yield { image: frame, width: frame.displayWidth, height: frame.displayHeight };
      } finally {
        // The camera has only a few frames, and stops until one is given back.
        frame.close();
      }
    }
  } finally {
    // Also if the signal was aborted before, or the user of a picture failed: otherwise the next run would get no pictures.
    cancel();
  }
}

async function* picturesOfVideo(
  camera: MediaStreamTrack,
  signal: AbortSignal,
): AsyncGenerator<CameraPicture> {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([camera]) });
  await video.play();
  try {
    while (!signal.aborted && camera.readyState === 'live') {
      await nextPicture(video);
      const { videoWidth: width, videoHeight: height } = video;
      if (width > 0) yield { image: video, width, height };
    }
  } finally {
    video.srcObject = null;
  }
}

function nextPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, HIDDEN_MS);
    video.requestVideoFrameCallback(done);
  });
}
