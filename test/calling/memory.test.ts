import { describeCalls } from './contract.ts';
import { memoryHouse } from './house.ts';

describeCalls('calls in memory', (people) => memoryHouse(people));
