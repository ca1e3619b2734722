import { mount } from 'svelte';
import '../../shared/meeting.css';
import VideoCall from './VideoCall.svelte';

const target = document.getElementById('root') as HTMLElement;
mount(VideoCall, { target, props: { room: location.hash.slice(1) } });
