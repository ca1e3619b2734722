import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Takes files that are dragged onto an element and dropped there. */
export class FileDrop implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #dropped: (files: readonly File[]) => void;
  #isOver = false;

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    dropped: (files: readonly File[]) => void,
  ) {
    this.#host = host;
    this.#dropped = dropped;
    host.addController(this);
  }

  /** Whether files are being dragged over the element. */
  get isOver(): boolean {
    return this.#isOver;
  }

  hostConnected(): void {
    for (const type of ['dragover', 'dragleave', 'drop'] as const) {
      this.#host.addEventListener(type, this.#heard);
    }
  }

  hostDisconnected(): void {
    for (const type of ['dragover', 'dragleave', 'drop'] as const) {
      this.#host.removeEventListener(type, this.#heard);
    }
    this.#isOver = false;
  }

  readonly #heard = (event: DragEvent): void => {
    // A text that is dragged into the field is no file.
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    const isOver = event.type === 'dragover';
    if (isOver !== this.#isOver) {
      this.#isOver = isOver;
      this.#host.requestUpdate();
    }
    if (event.type === 'drop') this.#dropped([...event.dataTransfer.files]);
  };
}
