import {
  Component,
  CUSTOM_ELEMENTS_SCHEMA,
  DestroyRef,
  effect,
  inject,
  input,
} from '@angular/core';
import { CallStore } from '@peerql/client';
import '@peerql/elements/controls';
import '@peerql/elements/stage';
import { client } from './client';
import { injectSnapshot } from './inject-snapshot';

@Component({
  selector: 'video-call',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    @let view = meeting();
    @if (view.error) {
      <p role="alert">{{ view.error.message }}</p>
    } @else if (view.call && view.state !== 'ended') {
      <h1>{{ view.snapshot.room.name }}</h1>
      <peerql-stage [call]="view.call" />
      <peerql-controls [call]="view.call" />
    } @else {
      <p>{{ view.state }}</p>
    }
  `,
})
export class VideoCall {
  readonly room = input.required<string>();
  readonly store = new CallStore({ client, media: { audio: true, video: true } });
  readonly meeting = injectSnapshot(this.store);

  constructor() {
    effect(() => this.store.join(this.room()));
    inject(DestroyRef).onDestroy(() => this.store.leave());
  }
}
