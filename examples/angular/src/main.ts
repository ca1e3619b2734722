import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { VideoCall } from './video-call';

@Component({
  selector: 'app-root',
  imports: [VideoCall],
  template: '<video-call [room]="room" />',
})
class App {
  readonly room = location.hash.slice(1);
}

void bootstrapApplication(App);
