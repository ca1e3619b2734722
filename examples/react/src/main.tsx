import { createRoot } from 'react-dom/client';
import '../../shared/meeting.css';
import { VideoCall } from './video-call.tsx';

const root = document.getElementById('root') as HTMLElement;
createRoot(root).render(<VideoCall room={location.hash.slice(1)} />);
