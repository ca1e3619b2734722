import { createApp } from 'vue';
import '../../shared/meeting.css';
import VideoCall from './VideoCall.vue';

createApp(VideoCall, { room: location.hash.slice(1) }).mount('#root');
