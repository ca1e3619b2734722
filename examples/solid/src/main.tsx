/** @jsxImportSource solid-js */
import { render } from 'solid-js/web';
import '../../shared/meeting.css';
import { VideoCall } from './video-call.tsx';

const root = document.getElementById('root') as HTMLElement;
render(() => <VideoCall room={location.hash.slice(1)} />, root);
